import { describe, expect, it } from "vitest";
import { ConfigurationError, fillOperation, type Operation } from "./index.ts";

const operation: Operation = {
  name: "GetThing",
  method: "GET",
  path: "/v1/{project_id}/things/{thing_id}",
  parameters: {
    thingId: { in: "path", name: "thing_id", required: true, maxLength: 64 },
    names: { in: "query", name: "name", type: "strings" },
    limit: { in: "query", name: "limit", type: "integer", min: 1, max: 100 },
    language: { in: "header", name: "X-Language", values: ["en-us", "zh-cn"] },
    filter: { in: "body", name: "filter_list", type: "strings" },
    pairs: { in: "body", name: "pairs", type: "pairs" },
    objects: { in: "body", name: "objects", type: "objects" },
    levels: {
      in: "query",
      name: "level",
      type: "strings",
      values: ["Low", "High"],
      minItems: 1,
      maxItems: 2,
    },
    codes: { in: "query", name: "code", type: "integers" },
  },
  repeat: "safe",
  source: "https://example.com/docs",
};
const project = { project_id: "p1" };

describe("fillOperation", () => {
  it.each([
    ["a/../b?evil=1", "a%2F..%2Fb%3Fevil%3D1"],
    ["a b#c", "a%20b%23c"],
    ["%2e%2e", "%252e%252e"],
    ["'()*!", "%27%28%29%2A%21"],
    ["华", "%E5%8D%8E"],
  ])("[HTTP-9] sends the id %j as one segment", (thingId, segment) => {
    const { path } = fillOperation(operation, { thingId }, project);
    expect(path).toBe(`/v1/p1/things/${segment}`);
    expect(new URL(path, "https://h").pathname.split("/")).toHaveLength(5);
  });

  it.each([".", ".."])("[HTTP-9] refuses the id %j, which no encoding can protect", (thingId) => {
    expect(() => fillOperation(operation, { thingId }, project)).toThrow(ConfigurationError);
  });

  it("puts each parameter where the table says", () => {
    const filled = fillOperation(
      operation,
      { thingId: "t", names: ["b", "a&c"], limit: 5, language: "zh-cn", filter: ["x"] },
      project,
    );
    expect(filled.path).toBe("/v1/p1/things/t?name=b&name=a%26c&limit=5");
    expect(filled.headers).toEqual({ "x-language": "zh-cn", "content-type": "application/json" });
    expect(Buffer.from(filled.body ?? []).toString()).toBe('{"filter_list":["x"]}');
  });

  const bodyOf = (
    parameters: Operation["parameters"],
    input: Readonly<Record<string, unknown>>,
  ): string | undefined => {
    const { body } = fillOperation({ ...operation, method: "POST", path: "/v1", parameters }, input);
    return body && Buffer.from(body).toString();
  };

  it.each<[string, Operation["parameters"], Readonly<Record<string, unknown>>, string]>([
    [
      "objects in a body",
      {
        instanceId: { in: "body", name: "backup.instance_id" },
        name: { in: "body", name: "backup.name" },
        isDeep: { in: "body", name: "a.b.c", type: "boolean" },
      },
      { instanceId: "i", name: "n", isDeep: false },
      '{"backup":{"instance_id":"i","name":"n"},"a":{"b":{"c":false}}}',
    ],
    [
      "a value that is the whole body",
      { headers: { in: "body", name: "", type: "pairs" } },
      { headers: [["host_name", "Host"]] },
      '[["host_name","Host"]]',
    ],
    [
      "a text of JSON",
      { search: { in: "body", name: "search_param", type: "object", as: "json" } },
      { search: { host: 'a"b' } },
      '{"search_param":"{\\"host\\":\\"a\\\\\\"b\\"}"}',
    ],
    [
      "what is sent unless the caller says otherwise",
      {
        type: { in: "body", name: "type", values: ["BatchTask"], default: "BatchTask" },
        tasks: { in: "body", name: "tasks", type: "objects", default: [] },
      },
      { tasks: [{ id: "1" }] },
      '{"type":"BatchTask","tasks":[{"id":"1"}]}',
    ],
    ["an object with nothing in it", { tag: { in: "body", name: "tag" } }, {}, "{}"],
  ])("[HTTP-99] writes %s", (_, parameters, input, expected) => {
    expect(bodyOf(parameters, input)).toBe(expected);
  });

  it.each([
    [{}, "thingId", /missing/],
    [{ thingId: "" }, "thingId", /non-empty/],
    [{ thingId: "x".repeat(65) }, "thingId", /at most 64/],
    [{ thingId: "a\r\nx: y" }, "thingId", /control characters/],
    [{ thingId: "t", limit: 0 }, "limit", /at least 1/],
    [{ thingId: "t", limit: 1.5 }, "limit", /whole number/],
    [{ thingId: "t", language: "fr" }, "language", /"en-us", "zh-cn"/],
    [{ thingId: "t", names: "b" }, "names", /list of strings/],
    [{ thingId: "t", pairs: [["a"]] }, "pairs", /pairs of strings/],
    [{ thingId: "t", objects: ["a"] }, "objects", /list of objects/],
    [{ thingId: "t", levels: "Low" }, "levels", /list of strings/],
    [{ thingId: "t", levels: ["Low", "s3cr3t"] }, "levels", /nothing but "Low", "High"\./],
    [{ thingId: "t", levels: [] }, "levels", /at least 1 items/],
    [{ thingId: "t", levels: ["Low", "High", "Low"] }, "levels", /at most 2 items/],
    [{ thingId: "t", codes: [1.5] }, "codes", /list of whole numbers/],
    [{ thingId: "t", limits: 5 }, "limits", /Known are: thingId, names, limit/],
  ])("[HTTP-22] refuses %j at once, naming %s", (input, option, words) => {
    const attempt = () => fillOperation(operation, input, project);
    expect(attempt).toThrow(words);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("[HTTP-22] never repeats a text in its message: it may be a secret in the wrong place", () => {
    expect(() => fillOperation(operation, { thingId: "t", limit: "s3cr3t-value" }, project)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cr3t-value") }),
    );
  });
});
