import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesContent, type Content, randomContent } from "./content.ts";
import { lz4TarContent } from "./lz4-tar-content.ts";
import { zipContent } from "./zip-content.ts";

async function read(content: Content, start?: number, end?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.stream(start, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const makers: Record<string, (seed: string, bytes: number) => Content> = {
  random: (seed, bytes) => randomContent({ seed, bytes }),
  "lz4 tar": (seed, bytes) => lz4TarContent({ seed, bytes, entries: 2 }),
  zip: (seed, bytes) => zipContent({ seed, bytes, entries: 2 }),
};

describe.each(Object.entries(makers))("%s content", (_kind, make) => {
  it.each([0, 1, 300_000, 5_000_001])(
    "[EMU-1] of %d bytes has the length it tells and its seed alone decides it",
    async (bytes) => {
      const [one, same, other] = [make("a", bytes), make("a", bytes), make("b", bytes)];
      const whole = await read(one);
      expect(whole.byteLength).toBe(one.bytes);
      expect((await read(same)).equals(whole)).toBe(true);
      if (bytes >= 300_000) expect((await read(other)).equals(whole)).toBe(false);
      expect(await one.sha256()).toBe(createHash("sha256").update(whole).digest("hex"));
      expect(await one.md5()).toBe(createHash("md5").update(whole).digest("hex"));
      expect(one.fingerprint).toBe(same.fingerprint);
      expect(one.fingerprint).not.toBe(other.fingerprint);
    },
  );

  it("[EMU-1] gives any part of itself", async () => {
    const content = make("parts", 9_000_000);
    const whole = await read(content);
    const seed = Math.floor(Math.random() * 2 ** 32);
    let state = seed;
    const next = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 25; round += 1) {
      const start = next(whole.byteLength);
      const end = start + next(whole.byteLength - start);
      const same = (await read(content, start, end)).equals(whole.subarray(start, end));
      expect(same, `seed ${seed}, from ${start} to ${end}`).toBe(true);
    }
  }, 30_000);
});

it("[EMU-1] a zip is a valid archive whose stored entries match their checksums", async () => {
  const archive = await read(zipContent({ seed: "zip", bytes: 2_000_000, entries: 3 }));
  const entries = readZip(archive);
  expect(entries.map(({ name }) => name)).toEqual(["table-0001.csv", "table-0002.csv", "table-0003.csv"]);
  for (const { data, checksum } of entries) expect(crc32(data)).toBe(checksum);
  const lines = entries.flatMap(({ data }) => data.toString().trimEnd().split("\n").slice(1));
  expect(lines).toHaveLength(Math.floor(2_000_000 / 256));
  expect(lines[0]).toMatch(/^000000000001,host-[0-9a-f]{8},[0-9a-f]+$/);
});

it("[EMU-1] a zip without rows is still an archive", async () => {
  const entries = readZip(await read(zipContent({ seed: "zip", bytes: 0 })));
  expect(entries.map(({ data }) => data.toString())).toEqual(["row,host,detail\n"]);
});

/** By the central directory, as a reader of zip files does. */
function readZip(archive: Buffer): { name: string; data: Buffer; checksum: number }[] {
  const end = archive.byteLength - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const entries = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [nameBytes, extraBytes] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30)];
    const local = archive.readUInt32LE(at + 42);
    const dataAt = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    entries.push({
      name: archive.toString("utf8", at + 46, at + 46 + nameBytes),
      data: archive.subarray(dataAt, dataAt + archive.readUInt32LE(at + 24)),
      checksum: archive.readUInt32LE(at + 16),
    });
    at += 46 + nameBytes + extraBytes + archive.readUInt16LE(at + 32);
  }
  expect(at).toBe(end);
  return entries;
}

it("[EMU-1] an lz4 tar unpacks to files whose headers are right", async () => {
  const frame = await read(lz4TarContent({ seed: "tar", bytes: 9_000_001, entries: 2 }));
  const tar = readLz4(frame);
  const sizes: number[] = [];
  let at = 0;
  for (; tar[at] !== 0; at += 512 + Math.ceil((sizes.at(-1) ?? 0) / 512) * 512) {
    const header = Buffer.from(tar.subarray(at, at + 512));
    const checksum = Number.parseInt(header.toString("latin1", 148, 154), 8);
    expect(header.fill(" ", 148, 156).reduce((sum, byte) => sum + byte)).toBe(checksum);
    sizes.push(Number.parseInt(header.toString("latin1", 124, 135), 8));
  }
  expect(sizes).toEqual([4_500_000, 4_500_001]);
  expect(tar.subarray(at).equals(Buffer.alloc(1024))).toBe(true);
});

function readLz4(frame: Buffer): Buffer {
  expect(frame.subarray(0, 7).toString("hex")).toBe("04224d18607073");
  const blocks = [];
  let at = 7;
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    expect(size & 0x80000000).not.toBe(0);
    const bytes = size & 0x7fffffff;
    blocks.push(frame.subarray(at + 4, at + 4 + bytes));
    at += 4 + bytes;
  }
  expect(at + 4).toBe(frame.byteLength);
  return Buffer.concat(blocks);
}

it("[EMU-1] makes a part of a file of many gigabytes at once", async () => {
  const content = lz4TarContent({ seed: "large", bytes: 6 * 1024 ** 3 });
  expect(content.bytes).toBeGreaterThan(6 * 1024 ** 3);
  const started = performance.now();
  const tail = await read(content, content.bytes - 1000);
  expect(tail.byteLength).toBe(1000);
  expect(performance.now() - started).toBeLessThan(1000);
});

it("bytes that are given are the content", async () => {
  const content = bytesContent(Buffer.from("hello"), { contentType: "text/plain", fileName: "hello.txt" });
  expect((await read(content, 1, 3)).toString()).toBe("el");
  expect(content).toMatchObject({ bytes: 5, contentType: "text/plain", fileName: "hello.txt" });
});

it("[EMU-1] a zip does not depend on the time zone", () => {
  const module = new URL("./zip-content.ts", import.meta.url).href;
  const program = `const { zipContent } = await import(${JSON.stringify(module)});
    process.stdout.write(await zipContent({ seed: "zone", bytes: 1000 }).sha256());`;
  const digestIn = (zone: string) =>
    execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, TZ: zone, NODE_NO_WARNINGS: "1" },
      encoding: "utf8",
    });
  expect(digestIn("Asia/Shanghai")).toBe(digestIn("America/New_York"));
});
