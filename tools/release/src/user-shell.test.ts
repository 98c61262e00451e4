import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { findUserShell, withNode } from "./user-shell.ts";

const foreign = path.join(path.sep, "absent", "node_modules", ".bin");

it("finds the Node of the machine, not the one of this repository", () => {
  const shell = findUserShell({ ...process.env, PATH: [foreign, process.env.PATH].join(path.delimiter) });
  expect(shell.node).not.toContain("node_modules");
  expect(existsSync(shell.node)).toBe(true);
  expect(shell.env.PATH?.split(path.delimiter)).not.toContain(foreign);
  expect(() => findUserShell({ PATH: foreign })).toThrow("No node stands on PATH");
});

it("hands on nothing by which npm would take this repository for its project", () => {
  const told = {
    npm_config_local_prefix: "/here",
    npm_package_name: "x",
    INIT_CWD: "/here",
    npm_config_cache: "/c",
  };
  const { env } = findUserShell({ ...process.env, ...told });
  expect(Object.keys(told).filter((name) => name in env)).toEqual(["npm_config_cache"]);
});

it("puts another Node first", () => {
  const other = withNode(findUserShell(), path.join(path.sep, "other", "bin", "node"));
  expect(other.env.PATH?.split(path.delimiter)[0]).toBe(path.join(path.sep, "other", "bin"));
});
