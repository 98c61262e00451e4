import { fromAccessKey } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createDdsBackupClient, type DdsBackupClient, type DdsBackupClientOptions } from "../index.ts";

/** One request that the service got. */
export interface Asked {
  /** Method, then path and query below the project. */
  readonly line: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** What the service answers: JSON with status 200, or a whole answer. */
export type Reply = (asked: Asked) => object | Promise<object>;

/** A DDS that answers in place of the real one, for as long as the tests of a file run. */
export interface ServiceFixture {
  /** Answers every request so from now on, to the end of the test; the list holds what was asked. */
  answer(reply: Reply): Asked[];
}

const base = "https://dds.cn-north-4.myhuaweicloud.com/v3/p1";

/** A refusal in DDS's own form. */
export function refusal(status: number, error_code: string, error_msg = "What it says."): Response {
  return HttpResponse.json({ error_code, error_msg }, { status });
}

/** Sets the service up. Requests to anywhere else are answered, too: their line is the whole URL. */
export function useService(): ServiceFixture {
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    onUnhandledFrame: "error",
    context: { quiet: true },
  });
  beforeAll(() => network.enable());
  afterEach(() => network.resetHandlers());
  afterAll(() => network.disable());
  return {
    answer(reply) {
      const seen: Asked[] = [];
      network.use(
        http.all("*", async ({ request }) => {
          const { method, url, headers } = request;
          const text = await request.text();
          const line = `${method} ${url.startsWith(base) ? url.slice(base.length) : url}`;
          const asked = { line, body: text === "" ? undefined : JSON.parse(text), headers };
          seen.push(asked);
          const answer = await reply(asked);
          return answer instanceof Response ? answer : HttpResponse.json(answer);
        }),
      );
      return seen;
    },
  };
}

/** A client of it that tries nothing again. */
export function clientOf(more: Partial<DdsBackupClientOptions> = {}): DdsBackupClient {
  const credentials = fromAccessKey({ accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" });
  const options = { region: "cn-north-4", projectId: "p1", retry: false, proxy: false } as const;
  return createDdsBackupClient({ ...options, credentials, ...more });
}

/** All items of a list. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a call rejects with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}
