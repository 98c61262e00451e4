import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killAtStep } from "./__fixtures__/kill-at-step.ts";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

/** A small file goes to the disk in one piece, a long one by way of a partial file and a journal. */
const bodies = {
  small: Buffer.alloc(300_000, "killed anywhere "),
  long: Buffer.alloc(900_000, "killed anywhere "),
};

/** The same call as that of the process that was killed. */
async function callAgain(step: number, url: string, folder: string, body: Buffer): Promise<void> {
  const ended = downloadLink({ url }).toFile(join(folder, "a"));
  const error = await ended.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  // The last of all processes was not killed.
  if (error) expect(error, `step ${step}`).toMatchObject({ code: "TARGET_EXISTS" });
  expect((await readFile(join(folder, "a"))).equals(body), `step ${step}`).toBe(true);
  expect(await readdir(folder, { recursive: true }), `step ${step}`).toEqual(["a"]);
}

/** Ends a process at each step, a few side by side, until one gets through or `last` is reached; gives the steps. */
async function killAtEachStep(
  url: string,
  folder: TemporaryFolder,
  body: Buffer,
  begin: (folder: string) => Promise<unknown>,
  last = Number.POSITIVE_INFINITY,
): Promise<number> {
  let isThrough = false;
  let steps = 0;
  const worker = async (): Promise<void> => {
    while (!isThrough && steps < last) {
      const step = ++steps;
      const own = folder.file(String(step));
      await begin(own);
      isThrough ||= !(await killAtStep(step, url, join(own, "a")));
      await callAgain(step, url, own, body);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return steps;
}

it.each([
  ["small", 8],
  ["long", 20],
] as const)(
  "[HTTP-50] a process that is killed at any step on the files of a %s download leaves nothing that the same call does not clear away",
  async (size, leastSteps) => {
    const body = bodies[size];
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body, { etag: '"e"' })]);
    const steps = await killAtEachStep(server.url, folder, body, (own) => mkdir(own));
    expect(steps).toBeGreaterThan(leastSteps);
  },
  60_000,
);

it("[HTTP-50] nor does one that is killed while it takes the lock over from another", async () => {
  const body = bodies.long;
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(body, { etag: '"e"' })]);
  const remains = folder.file("remains");
  await mkdir(remains);
  await killAtStep(10, server.url, join(remains, "a"));
  const names = await readdir(remains, { recursive: true });
  expect(names).toContainEqual(expect.stringMatching(/\.lock\/\d+-.*@/));
  const begin = (own: string) => cp(remains, own, { recursive: true });
  expect(await killAtEachStep(server.url, folder, body, begin, 8)).toBeGreaterThanOrEqual(8);
}, 60_000);
