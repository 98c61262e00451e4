import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { plantTree } from "./__fixtures__/planted-tree.ts";
import { checkErrorCodes, errorCodesOf } from "./error-codes.ts";
import { repositoryRoot } from "./workspace.ts";

const sources = ["errors.ts", "download-errors.ts"].map((file) => `packages/core-http/src/${file}`);
const page = "docs/guides/troubleshooting.md";
const read = (file: string) => readFileSync(path.join(repositoryRoot, file), "utf8");
const check = (text: string) =>
  checkErrorCodes(
    plantTree({ ...Object.fromEntries(sources.map((file) => [file, read(file)])), [page]: text }),
  ).problems;

it("reads codes that stand in a union, behind a prefix, and in a class", () => {
  expect(errorCodesOf(repositoryRoot)).toEqual(
    expect.arrayContaining([
      "DNS",
      "SERVICE_NOT_FOUND",
      "INTEGRITY_ARCHIVE_END",
      "TIMEOUT_BODY",
      "ONCE_ONLY",
    ]),
  );
});

it("refuses a page that lacks a code, has one too many, or one twice", () => {
  const text = read(page);
  expect(check(text)).toEqual([]);
  expect(check(text.replace("| `DNS` |", "| `DNT` |"))).toEqual([
    `${page} does not tell of DNS`,
    `${page} tells of DNT, which is no code`,
  ]);
  expect(check(`${text}\n| \`TLS\` | again |\n`)).toEqual([`${page} tells of TLS twice`]);
});
