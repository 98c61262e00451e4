import { ConfigurationError } from "./errors.ts";
import { isLoopback } from "./private-address.ts";

/** A proxy to go through. */
export interface ProxyServer {
  readonly url: URL;
  /** For its `Proxy-Authorization`, where its URL has a name and a password. */
  readonly authorization?: string | undefined;
}

/** This machine is never asked through the environment's proxy, nor is the metadata service. */
const alwaysDirect = ["localhost", "169.254.169.254"];

/**
 * The proxy for an origin.
 *
 * @param option - the proxy's URL, `false` for none, `undefined` for what the environment says in `HTTP_PROXY`,
 * `HTTPS_PROXY` and `NO_PROXY`, lower case first
 */
export function proxyFor(origin: URL, option: string | false | undefined): ProxyServer | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return parseProxy(option, "proxy");
  const [name, value] = fromEnvironment(origin.protocol);
  if (value === undefined || isException(origin)) return undefined;
  return parseProxy(value, name);
}

/**
 * Checks the option before the first request.
 *
 * @throws ConfigurationError without the URL, which may hold a password
 */
export function parseProxy(text: string, option: string): ProxyServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const pair = url && decode(`${url.username}:${url.password}`);
  if (!pair || !/^https?:$/.test(url.protocol)) {
    const words = `${option} must be a URL such as http://proxy.example:3128, a name and password in it percent-encoded.`;
    throw new ConfigurationError(option, words);
  }
  return pair === ":" ? { url } : { url, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a percent sign that stands for itself: what was meant cannot be known
  }
}

function fromEnvironment(protocol: string): [name: string, value: string | undefined] {
  const names = ["http_proxy", "HTTP_PROXY"];
  if (protocol === "https:") names.unshift("https_proxy", "HTTPS_PROXY");
  const name = names.find((one) => process.env[one]) ?? "";
  return [name, process.env[name]];
}

/** As curl reads NO_PROXY: names with or without a dot or star before them stand for their subdomains, too. */
function isException({ hostname, port, protocol }: URL): boolean {
  const given = (process.env.no_proxy ?? process.env.NO_PROXY ?? "").split(/[\s,]+/);
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  if (isLoopback(hostname.replace(/^\[|\]$/g, ""))) return true;
  return [...given, ...alwaysDirect].some((entry) => {
    if (entry === "*") return true;
    const text = /^[^[]*:[^[]*:/.test(entry) ? `[${entry}]` : entry; // IPv6 may stand there without its brackets
    const [, name = "", onlyPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase()) ?? [];
    const bare = name.replace(/^\*?\./, "");
    const isName = bare !== "" && (hostname === bare || hostname.endsWith(`.${bare}`));
    return isName && (onlyPort === undefined || onlyPort === ownPort);
  });
}
