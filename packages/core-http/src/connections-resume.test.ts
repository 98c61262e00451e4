import { createHash } from "node:crypto";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { type RangeServer, startRangeServer } from "./__fixtures__/range-server.ts";
import { seededRandom } from "./__fixtures__/seeded-random.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";
import { type JournalState, readJournal } from "./journal.ts";

vi.setConfig({ testTimeout: 30_000 }); // megabytes, at a set pace, on machines that are busy

const mebibyte = 1024 * 1024;
const body = createHash("shake256", { outputLength: 24 * mebibyte + 99 })
  .update("resumed parts")
  .digest();
const newer = createHash("shake256", { outputLength: body.length }).update("another").digest();

/** What is left of a download that was ended in the middle. */
interface Remains {
  readonly folder: TemporaryFolder;
  readonly server: RangeServer;
  readonly part: string;
  readonly journal: string;
  readonly state: JournalState;
}

/** Ends a download over several connections once so many bytes have come, while the second part has come to a stop. */
async function interrupted(
  { connections, enough, fsync = true }: { connections: number; enough: number; fsync?: boolean },
  run: (remains: Remains) => Promise<void>,
): Promise<void> {
  await using folder = await makeTemporaryFolder();
  let isFirstRun = true;
  await using server = await startRangeServer(body, {
    bytesPerSecond: 8 * mebibyte,
    fault: ({ number }) => isFirstRun && number === 2 && { stallAfter: 512 * 1024 },
  });
  const abort = new AbortController();
  const ended = downloadLink({ url: server.url }).toFile(folder.file("a"), {
    connections,
    fsync,
    signal: abort.signal,
    onProgress: ({ bytes }) => bytes >= enough && abort.abort("enough"),
  });
  await expect(ended).rejects.toBe("enough");
  isFirstRun = false;
  const [journal = "", part = ""] = (await folder.names()).map((name) => folder.file(name));
  const state = await readJournal(journal);
  if (!state) throw new Error("there is no journal");
  await run({ folder, server, part, journal, state });
}

/** The same call; gives what it fetched. */
async function callAgain({ folder, server }: Remains, connections: number, expected = body): Promise<number> {
  const before = server.sentBytes();
  const { sha256 } = await downloadLink({ url: server.url }).toFile(folder.file("a"), { connections });
  expect((await readFile(folder.file("a"))).equals(expected)).toBe(true);
  expect(sha256).toBe(createHash("sha256").update(expected).digest("hex"));
  expect(await folder.names()).toEqual(["a"]);
  return server.sentBytes() - before;
}

async function zero(path: string, from: number, to: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(Buffer.alloc(Math.max(0, to - from)), 0, Math.max(0, to - from), from);
  } finally {
    await file.close();
  }
}

const held = ({ written, ranges = [] }: JournalState): number =>
  (written?.bytes ?? 0) + ranges.reduce((sum, { start, bytes }) => sum + bytes - start, 0);

describe("[HTTP-123] a file in parts that was cut short goes on", () => {
  it.each([1, 2, 8])("over %i connections, and fetches only what is missing", async (connections) => {
    await interrupted({ connections: 8, enough: 12 * mebibyte }, async (remains) => {
      expect(remains.state.ranges?.length).toBeGreaterThan(0);
      expect(held(remains.state)).toBeGreaterThan(11 * mebibyte);
      const fetched = await callAgain(remains, connections);
      // What was on its way when a connection had brought its part is lost.
      expect(fetched).toBeLessThan(body.length - held(remains.state) + 2 * connections * mebibyte);
    });
  });

  it("over 8 after 1", async () => {
    await interrupted({ connections: 1, enough: 6 * mebibyte }, async (remains) => {
      expect(remains.state.ranges).toBeUndefined();
      await callAgain(remains, 8);
    });
  });

  const seed = Math.floor(Math.random() * 2 ** 31);
  it.each([1, 2, 3, 4, 5, 6])(
    `after a power cut took the tail of ranges (seed ${seed}, run %i)`,
    async (run) => {
      const random = seededRandom(seed + 1000 * run);
      await interrupted({ connections: 6, enough: (1 + 12 * random()) * mebibyte }, async (remains) => {
        const { state, part } = remains;
        const { size } = await stat(part);
        for (const { start, bytes } of [
          { start: 0, bytes: state.written?.bytes ?? 0 },
          ...(state.ranges ?? []),
        ])
          if (random() < 0.6)
            await zero(part, start + Math.floor(random() * (bytes - start)), Math.min(bytes, size));
        await callAgain(remains, random() < 0.5 ? 1 : 5);
      });
    },
  );

  it("from the start, where the object is another", async () => {
    await interrupted({ connections: 4, enough: 10 * mebibyte }, async (remains) => {
      remains.server.object = { body: newer, etag: '"version-2"' };
      await callAgain(remains, 4, newer);
    });
  });

  it("from the start, where the beginning is not right any more, and the object is another", async () => {
    await interrupted({ connections: 4, enough: 10 * mebibyte }, async (remains) => {
      await zero(remains.part, 10, 20);
      remains.server.object = { body: newer, etag: '"version-2"' };
      await callAgain(remains, 4, newer);
    });
  });

  it("where a former version, which knows no ranges, went on in between", async () => {
    await interrupted({ connections: 4, enough: 10 * mebibyte }, async (remains) => {
      // It cuts the file off behind what it knows, and hands on the lines that it does not.
      const bytes = await readFile(remains.part);
      await writeFile(remains.part, bytes.subarray(0, remains.state.written?.bytes));
      await callAgain(remains, 4);
    });
  });
});
