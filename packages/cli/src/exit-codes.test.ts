import { readFileSync } from "node:fs";
import * as coreHttp from "@cloudhaul/core-http";
import { expect, it } from "vitest";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";

const { CloudhaulError, ConfigurationError, IncompleteSetError, ServiceError, TransportError } = coreHttp;

it("[CLI-2] every error class of the library has its exit code", () => {
  const listed = new Set(exitCodes.flatMap(({ errors }) => errors.map((name) => name.split(" ")[0])));
  const classes = Object.values(coreHttp).filter(
    (value) => typeof value === "function" && value.prototype instanceof CloudhaulError,
  );
  const names = classes.map((value) => (value as unknown as { className: string }).className);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !listed.has(name))).toEqual(["IncompleteSetError"]);
});

it.each([
  [3, "forbidden"],
  [4, "not-found"],
  [4, "not-ready"],
  [4, "expired"],
  [5, "invalid"],
  [5, "throttled"],
  [5, "busy"],
  [5, "server"],
  [5, "unknown"],
] as const)("[CLI-2] %d for a refusal of the kind %s", (code, kind) => {
  const fields = { status: 400, kind, operation: "Show", retryable: false };
  expect(exitCodeOf(new ServiceError(fields, "no"))).toBe(code);
});

it("[CLI-2] a set that is not complete ends as its first failure does", () => {
  const error = new TransportError("DNS", "connect", "no such host");
  const failures = [
    { name: "a", error },
    { name: "b", error: new ConfigurationError("x", "y") },
  ];
  expect(exitCodeOf(new IncompleteSetError([], failures, "two are missing"))).toBe(6);
});

it.each([[new TypeError("x")], ["a text"], [undefined], [null]])("[CLI-2] 1 for %s", (error) => {
  expect(exitCodeOf(error)).toBe(1);
});

it("[CLI-2] the README has the same table", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const { code, means } of exitCodes) expect(readme).toContain(`| ${code} | ${means} |`);
});
