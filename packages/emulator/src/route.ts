import type { EmulatorState } from "./state.ts";

/** A request as it came, for what a web `Request` does not keep. */
export interface Wire {
  /** As the client wrote it: no dot segment resolved, no escape changed. Signatures are over this. */
  readonly url: string;
  /** Reads the body, of a GET too, at most once. */
  body(): Promise<Uint8Array>;
  /** Whether it came over loopback. */
  readonly loopback: boolean;
}

/** What a handler gets beside the request. */
export interface RouteContext {
  /** The cloud as the account that asks sees it; where nobody has proven who asks, as the first account does. */
  readonly state: EmulatorState;
  readonly wire: Wire;
  readonly service: Service;
  /** From the path template, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** 32 hex characters, in the answer's `x-request-id` as well. */
  readonly requestId: string;
}

/** Answers one request. */
export type RouteHandler = (request: Request, context: RouteContext) => Response | Promise<Response>;

/** One row of a service's table. */
export interface Route {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Names in braces are one segment each; `{name*}` is all the rest. */
  readonly path: string;
  /** `signed`: a token or an access key's signature. `link`: a signature in the query. */
  readonly auth: "signed" | "link" | "none";
  readonly handle: RouteHandler;
}

/** A service: its routes, and how it refuses. */
export interface Service {
  readonly name: string;
  readonly routes: readonly Route[];
  /** To a request whose token or signature is missing or wrong. */
  unauthenticated(message: string, context: RouteContext): Response;
  /** To a good identity that asks for another project. */
  wrongProject(context: RouteContext): Response;
}

/** The values of the template's names, or `undefined` when the path is another one. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  const greedy = wanted.at(-1)?.endsWith("*}") ?? false;
  if (greedy ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const rest = greedy && index === wanted.length - 1;
    const value = rest ? given.slice(index).join("/") : (given[index] ?? "");
    const name = /^\{(\w+)\*?\}$/.exec(segment)?.[1];
    if (name === undefined ? segment !== value : value === "") return undefined;
    if (name !== undefined) params[name] = decodeURIComponent(value);
  }
  return params;
}
