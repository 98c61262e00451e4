import { expect, it } from "vitest";
import { leaksIn } from "./leaks.ts";

const secret = 'a+secret/that="leaks';

it.each<[string, unknown]>([
  ["a message", new Error(`refused: ${secret}`)],
  ["a cause", new Error("outer", { cause: new Error("middle", { cause: new Error(secret) }) })],
  ["a field", Object.assign(new Error("refused"), { request: { headers: { authorization: secret } } })],
  ["a hidden field", Object.defineProperty(new Error("refused"), "hidden", { value: { secret } })],
  ["a URL", { url: `https://obs.example/?Signature=${encodeURIComponent(secret)}` }],
  ["JSON within a text", { body: JSON.stringify({ secret }) }],
  ["base64", { header: `Basic ${Buffer.from(secret).toString("base64")}` }],
])("a secret in %s is found", (_where, value) => {
  expect(leaksIn(value, "value", ["another", secret])).toContainEqual(expect.objectContaining({ secret }));
});

it("nothing is found where nothing is", () => {
  expect(leaksIn(new Error("refused", { cause: { status: 403 } }), "value", [secret])).toEqual([]);
});
