import { expect, it } from "vitest";
import { readFigures, tellingLine } from "./measure.ts";

it("reads what bash and GNU time write, and nothing else", () => {
  expect(readFigures("1.250 0.500 0.125\n", "2048\n")).toEqual({
    wallSeconds: 1.25,
    cpuSeconds: 0.625,
    rssMiB: 2,
  });
  expect(() => readFigures("", "2048")).toThrow("no times");
  expect(() => readFigures("1.250 0.500 0.125", "Command exited")).toThrow("no times");
});

it("finds the line that says why a program failed", () => {
  const ofNode = [
    ...["file:///bench/fetch.mjs:7", "if (!response.ok)", "      ^", ""],
    ...["Error: status 404", "    at file:///bench/fetch.mjs:7:25", "", "Node.js v22.23.2", ""],
  ];
  expect(tellingLine(ofNode.join("\n"))).toBe("Error: status 404");
  expect(tellingLine("curl: (22) The requested URL returned error: 404\n")).toBe(
    "curl: (22) The requested URL returned error: 404",
  );
  expect(tellingLine("")).toBe("it said nothing");
});
