import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cutObject, objectAnswer, silentObject } from "./__fixtures__/object-server.ts";
import { type Answer, answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { createChecks } from "./checks.ts";
import { createHttpSettings, createLinkSource, type DownloadSource } from "./index.ts";
import { createPace } from "./pace.ts";
import { createProgress } from "./progress.ts";
import { type SharedTransfer, startTransfer } from "./transfer.ts";
import type { TransferSettings } from "./transfer-settings.ts";

const body = createHash("shake256", { outputLength: 300_000 }).update("an end that moves").digest();

const settingsOf = (own: Partial<TransferSettings> = {}): TransferSettings => ({
  signal: undefined,
  progress: createProgress(undefined),
  pace: createPace(undefined),
  checks: createChecks("compute", undefined),
  stallTimeoutMs: 5000,
  ...own,
});

/** Begins a transfer of the body over one connection, and gives what reads all that it brings before its end. */
async function withTransfer(
  run: (transfer: SharedTransfer, readOn: () => Promise<Buffer>) => Promise<void>,
  requests = 1,
): Promise<void> {
  await using server = await startScriptedServer([objectAnswer(body, { etag: '"1"' })]);
  const source = createLinkSource(server.url, { operation: "Get", settings: createHttpSettings({}) });
  const transfer = await startTransfer(source, settingsOf());
  try {
    await run(transfer, async () => {
      const all: Uint8Array[] = [];
      for (let batch = await transfer.read(1); batch; batch = await transfer.read(1)) {
        all.push(Buffer.concat(batch)); // its memory is lent
        if (transfer.heldBytes() === 1000) break;
      }
      return Buffer.concat(all);
    });
    expect(server.requests).toHaveLength(requests);
  } finally {
    await transfer.cancel();
  }
}

describe("[HTTP-120] a connection of which the end moves after bytes came that lay behind it", () => {
  it("brings those bytes where others have given back what follows", async () => {
    await withTransfer(async (transfer, readOn) => {
      let end = 1000;
      transfer.endAt(() => end);
      const before = await readOn();
      end = 2000;
      expect(Buffer.concat([before, await readOn()]).equals(body.subarray(0, 2000))).toBe(true);
    });
  });

  it("brings all of them once it goes on alone", async () => {
    await withTransfer(async (transfer, readOn) => {
      transfer.endAt(() => 1000);
      const before = await readOn();
      transfer.endAt(undefined);
      expect(transfer.isFinished()).toBe(false);
      expect(Buffer.concat([before, await readOn()]).equals(body)).toBe(true);
      expect(transfer.isFinished()).toBe(true);
      expect(transfer.result().sha256).toBe(createHash("sha256").update(body).digest("hex"));
    });
  });

  it("is not finished by others who have brought less than all", async () => {
    await withTransfer(async (transfer) => {
      expect(() => transfer.finish(body.length - 1)).toThrow(/bytes/);
      expect(transfer.isFinished()).toBe(false);
    });
  });

  it("does not bring them where it goes back, over another connection", async () => {
    await withTransfer(async (transfer, readOn) => {
      transfer.endAt(() => 1000);
      await readOn();
      transfer.endAt(undefined);
      await transfer.rewind(500);
      expect((await readOn()).equals(body.subarray(500))).toBe(true);
    }, 2);
  });
});

it("[HTTP-120] nothing is asked for beside a connection that was cut, until it brings bytes again", async () => {
  const headers = { etag: '"1"' };
  await using server = await startScriptedServer([
    cutObject(body, 100_000, headers),
    answer(503, {}),
    objectAnswer(body, headers),
  ]);
  const settings = createHttpSettings({ retry: { baseDelayMs: 1 } });
  const told: string[] = [];
  let transfer: SharedTransfer | undefined;
  const progress = createProgress(({ phase }) => {
    if (transfer) told.push(`${phase} ${transfer.canSplit()}`);
  });
  transfer = await startTransfer(
    createLinkSource(server.url, { operation: "Get", settings }),
    settingsOf({ progress }),
  );
  expect(transfer.canSplit()).toBe(true);
  while (await transfer.read(1));
  const phases = told.filter((phase, index) => phase !== told[index - 1]);
  const twice = ["waiting false", "connecting false"];
  expect(phases).toEqual([...twice, ...twice, "downloading false", "downloading true"]);
});

describe("[HTTP-120] parts are asked for beside a connection", () => {
  const chunked: Answer = (socket) => {
    socket.write(head(200, { etag: '"1"', "transfer-encoding": "chunked" }));
    socket.write(`${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write("\r\n0\r\n\r\n");
  };
  const object = objectAnswer(body, { etag: '"1"' });
  const refusing = objectAnswer(body, { etag: '"1"', "accept-ranges": "none" });
  it.each<[boolean, string, Answer, Partial<DownloadSource>?]>([
    [true, "may be asked for at any time, and is of a known length", object],
    [false, "is of no known length", chunked],
    [false, "has nothing that would prove its parts to be of the same", objectAnswer(body)],
    [false, "is of a server that gives no ranges", refusing],
    [false, "is of a service that counts requests", object, { pace: async () => {} }],
    [false, "may not be asked for again once it has begun", object, { repeat: "before-body" }],
    [false, "comes only once", object, { repeat: "never" }],
  ])("%s where the file %s", async (isSplit, _, theAnswer, about = {}) => {
    await using server = await startScriptedServer([theAnswer]);
    const settings = createHttpSettings({});
    const source = { ...createLinkSource(server.url, { operation: "Get", settings }), ...about };
    const transfer = await startTransfer(source, settingsOf());
    expect(transfer.canSplit()).toBe(isSplit);
    await transfer.cancel();
  });
});

it("[HTTP-124] a connection that is halted keeps nobody waiting for its bytes, and is closed", async () => {
  await using server = await startScriptedServer([silentObject(body, { etag: '"1"' })]);
  const source = createLinkSource(server.url, { operation: "Get", settings: createHttpSettings({}) });
  const transfer = await startTransfer(source, settingsOf({ stallTimeoutMs: 600_000 }));
  transfer.endAt(() => 1000);
  const reading = expect(transfer.read(1)).rejects.toThrow();
  await transfer.halt();
  await reading;
  await expect.poll(() => server.connections.size).toBe(0);
});

it("[HTTP-122] a connection that begins anew clears the file of what others brought, though it brought nothing", async () => {
  const headers = { etag: '"1"' };
  await using server = await startScriptedServer([silentObject(body, headers), objectAnswer(body, headers)]);
  const source = createLinkSource(server.url, { operation: "Get", settings: createHttpSettings({}) });
  let cleared = 0;
  const transfer = await startTransfer(source, settingsOf({ startAgain: async () => ++cleared > 0 }));
  transfer.endAt(() => 1000);
  await transfer.startAgain();
  expect(cleared).toBe(1);
  await expect.poll(() => server.connections.size).toBe(1); // the first is closed
  while (await transfer.read(1));
  expect(transfer.result().sha256).toBe(createHash("sha256").update(body).digest("hex"));
});
