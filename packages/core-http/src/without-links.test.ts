import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

// As exFAT and some network shares do.
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  link: () => Promise.reject(Object.assign(new Error("no links"), { code: "EPERM", syscall: "link" })),
}));

it("[HTTP-13] a file gets its name also where the file system has no hard links", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  await downloadLink({ url: server.url }).toFile(folder.file("a"));
  expect(await readFile(folder.file("a"), "utf8")).toBe("whole");
  expect(await folder.names()).toEqual(["a"]);
});

it("[HTTP-13] nor is there a file replaced that took the name meanwhile", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const path = folder.file("a");
  const failed = downloadLink({ url: server.url }).toFile(path, {
    onProgress: ({ phase }) => void (phase === "saving" && writeFileSync(path, "mine")),
  });
  await expect(failed).rejects.toMatchObject({ code: "TARGET_EXISTS", path });
  expect(await readFile(path, "utf8")).toBe("mine");
});
