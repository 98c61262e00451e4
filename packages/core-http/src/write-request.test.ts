import { describe, expect, it } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { createTransport, type HttpRequest } from "./index.ts";

/** Sends it, and a plain one after it, to a server that tells what it read. */
async function sentAs(request: Partial<HttpRequest>) {
  await using server = await startScriptedServer([answer(200, {}, "x")]);
  const transport = createTransport();
  try {
    await transport.send({
      method: "GET",
      headers: {},
      ...request,
      url: `${server.url}${request.url ?? ""}`,
    });
    return server.requests;
  } finally {
    await transport.close();
  }
}

describe("[HTTP-2] a request", () => {
  it.each([
    ["", "/"],
    ["?a=b", "/?a=b"],
    ["#part", "/"],
    ["/a?b#part", "/a?b"],
    ["/caf\u00e9", "/caf\u00e9"],
  ])("for %j asks for %j", async (url, path) => {
    expect(await sentAs({ url })).toMatchObject([{ path }]);
  });

  it.each([
    ["GET", undefined, undefined],
    ["DELETE", undefined, undefined],
    ["POST", undefined, "0"],
    ["PUT", undefined, "0"],
    ["POST", "in", "2"],
    ["DELETE", "in", "2"],
  ])("of %s with the body %j has the length %j", async (method, text, length) => {
    const [request] = await sentAs({ method, body: text === undefined ? undefined : Buffer.from(text) });
    expect(request).toMatchObject({ method, body: text ?? "" });
    expect(request?.headers["content-length"]).toBe(length);
  });

  it.each<[string, Partial<HttpRequest>, string]>([
    ["a method", { method: "GET /a HTTP/1.1\r\nhost: h\r\n\r\nGET" }, "method"],
    ["a method", { method: "" }, "method"],
    ["a path", { url: "/a b" }, "url"],
    ["a path", { url: "/a\r\nx-b: c" }, "url"],
    ["a path", { url: "/\u0141" }, "url"],
    ["a header's name", { headers: { "x-a: b\r\nx-c": "d" } }, "headers"],
    ["a header's name", { headers: { "": "d" } }, "headers"],
    ["a header's value", { headers: { "x-a": "b\r\nx-c: d" } }, "headers"],
    ["a header's value", { headers: { "x-a": "\u0141" } }, "headers"],
  ])("is never made another by %s: %j", async (_, request, option) => {
    await expect(sentAs(request)).rejects.toMatchObject({ code: "CONFIGURATION", option });
  });
});
