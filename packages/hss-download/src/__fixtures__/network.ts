import { fromAccessKey } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { HssDownloadClientOptions } from "../index.ts";

/** A request as HSS gets it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** What answers every request of a test file. */
export interface FakeHss {
  /** Answers every request so; the list holds what was asked. */
  answer(respond: (asked: Asked) => Response | Promise<Response>): Asked[];
}

/** Between a test file and the network: nothing leaves. */
export function fakeHss(): FakeHss {
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    onUnhandledFrame: "error",
    context: { quiet: true },
  });
  beforeAll(() => network.enable());
  afterEach(() => network.resetHandlers());
  afterAll(() => network.disable());
  return {
    answer(respond) {
      const seen: Asked[] = [];
      network.use(
        http.all("*", async ({ request }) => {
          const { method, headers } = request;
          const asked = { method, url: new URL(request.url), headers, body: await request.text() };
          seen.push(asked);
          return respond(asked);
        }),
      );
      return seen;
    },
  };
}

/** A zip of nothing, with a comment that is no text: a client that decodes it destroys it. */
export const file: Buffer = Buffer.from(`504b0506${"00".repeat(16)}0300fffe80`, "hex");
export const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" } as const;
/** Of a client that asks once, of a project that it need not look up. */
export const options = {
  region: "ap-southeast-3",
  projectId: "p1",
  credentials: fromAccessKey(accessKey),
  retry: false,
  proxy: false,
} as const satisfies HssDownloadClientOptions;

/** A refusal in the form of HSS. */
export function refusal(error_code: string, status = 400): Response {
  return HttpResponse.json({ error_code, error_msg: "What it says.", request_id: "r" }, { status });
}

/** The answers of a job: `statuses` one after the other, the last for ever. */
export function jobAnswers(
  statuses: readonly (object | Response)[] = [success],
): (asked: Asked) => Response | Promise<Response> {
  let polls = 0;
  return ({ method, url }) => {
    if (method === "POST") return HttpResponse.json({ task_id: "t1", record_total_num: 16 });
    if (url.pathname.includes("/download/")) return new HttpResponse(file);
    const status = statuses[Math.min(polls++, statuses.length - 1)] ?? {};
    return status instanceof Response ? status.clone() : HttpResponse.json({ task_id: "t1", ...status });
  };
}

export const running = { task_name: "hss-export", task_status: "running" } as const;
export const success = {
  task_name: "hss-export",
  task_status: "success",
  file_id: "f1",
  file_name: "hss-vul-vul-zh-0a1b2c3d.zip",
} as const;
