import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { noChecks } from "./checks.ts";
import { createHttpSettings, createLinkSource } from "./index.ts";
import { createPace } from "./pace.ts";
import { createProgress } from "./progress.ts";
import { startTransfer } from "./transfer.ts";

const body = createHash("shake256", { outputLength: 10_000 }).update("end").digest();

/** A transfer that has read up to its end, while the connection had brought more. */
async function readToEnd(url: string, end: () => number) {
  const settings = createHttpSettings({ retry: false });
  const transfer = await startTransfer(createLinkSource(url, { operation: "GetFile", settings }), {
    signal: undefined,
    progress: createProgress(undefined),
    pace: createPace(undefined),
    checks: noChecks,
    stallTimeoutMs: 5000,
  });
  transfer.endAt(end);
  const come = Buffer.concat((await transfer.read(body.length)) ?? []);
  expect(come.equals(body.subarray(0, 4000))).toBe(true);
  return transfer;
}

it("[HTTP-120] what came behind the end of a part is not missing when the part grows: it is over", async () => {
  await using server = await startScriptedServer([objectAnswer(body, { etag: '"e"' })]);
  let end = 4000;
  const transfer = await readToEnd(server.url, () => end);
  end = 6000;
  expect(await transfer.read(body.length)).toBeUndefined();
  expect(transfer.heldBytes()).toBe(4000);
  await transfer.cancel();
});

it("[HTTP-120] nor when the transfer goes on alone: it asks for that again", async () => {
  await using server = await startScriptedServer([objectAnswer(body, { etag: '"e"' })]);
  const transfer = await readToEnd(server.url, () => 4000);
  transfer.endAt(undefined);
  const rest: Buffer[] = [];
  for (let batch = await transfer.read(body.length); batch; batch = await transfer.read(body.length))
    rest.push(...batch.map((chunk) => Buffer.from(chunk)));
  expect(Buffer.concat(rest).equals(body.subarray(4000))).toBe(true);
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=4000-"]);
});
