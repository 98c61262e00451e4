import { randomBytes } from "node:crypto";
import { link, readFile, rm } from "node:fs/promises";
import { expect, it } from "vitest";
import { answer, cutAnswer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

const body = randomBytes(2 * 1024 * 1024);
const shorter = randomBytes(1000);
const retry = { baseDelayMs: 1 };
const cutFirst = cutAnswer(body, 1_500_000, "fin", { etag: '"one"' });

async function hidden(folder: TemporaryFolder, ending: string): Promise<string> {
  const name = (await folder.names()).find((entry) => entry.endsWith(ending));
  return folder.file(name ?? expect.unreachable(`no ${ending} in the folder`));
}

it("[HTTP-25] an object that is replaced by a shorter one is saved without a rest of the longer", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([
    cutFirst,
    answer(412, {}, ""),
    answer(200, { etag: '"two"' }, shorter),
  ]);
  const saved = await downloadLink({ url: `${server.url}/a`, retry }).toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: shorter.length, attempts: 3, etag: '"two"' });
  expect((await readFile(folder.file("a"))).equals(shorter)).toBe(true);
});

it("[HTTP-25] a part that has its name already, from a run that was killed right then, is not written to", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([cutFirst, cutAnswer(shorter, 500, "fin")]);
  const download = downloadLink({ url: `${server.url}/a`, retry: false });
  await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  const part = await hidden(folder, ".part");
  await link(part, folder.file("a"));
  await rm(await hidden(folder, ".journal"));
  const named = await readFile(folder.file("a"));
  await expect(download.toFile(folder.file("a"), { overwrite: true })).rejects.toMatchObject({
    code: "CONNECTION_LOST",
  });
  expect((await readFile(folder.file("a"))).equals(named)).toBe(true);
});
