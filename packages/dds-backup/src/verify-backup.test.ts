import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compressFrameSync } from "lz4-napi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FrameOptions, frameOf, legacyFrameOf, skippableFrame } from "./__fixtures__/lz4.ts";
import { type TarEntry, tarHeader, tarOf } from "./__fixtures__/tar.ts";
import { type BackupCheck, verifyBackup } from "./index.ts";
import { createXxHash32, xxHash32 } from "./xx-hash-32.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function check(content: Uint8Array): Promise<BackupCheck> {
  const path = join(folder, "backup.tar.gz");
  await writeFile(path, content);
  const found = await verifyBackup(path);
  expect(found).toMatchObject({ path, bytes: content.length });
  return found;
}

const noise = (bytes: number, seed = "noise"): Buffer =>
  createHash("shake256", { outputLength: bytes }).update(seed).digest();
/** Half of it can be compressed, and by what came 40 KB before. */
const mixed = Buffer.concat(
  Array.from({ length: 8 }, (_, index) => [
    noise(20_000, `${index >> 1}`),
    Buffer.alloc(20_000, index),
  ]).flat(),
);
const tar = tarOf(
  { name: "data/", kind: "5" },
  { name: "data/a.wt", data: mixed },
  { name: "data/b.wt", data: noise(777) },
);

describe("[DDS-22] a file that is whole", () => {
  it.each<[string, FrameOptions]>([
    ["small blocks", {}],
    ["blocks of 256 KiB", { sizeCode: 5 }],
    ["blocks of 4 MiB", { sizeCode: 7 }],
    ["blocks that refer to those before", { isLinked: true }],
    ["blocks that are not compressed", { isStored: true, isLinked: true }],
    ["checksums of blocks", { blockChecksums: true }],
    ["a checksum of the content", { contentChecksum: true, sizeCode: 6 }],
    ["a length of the content", { contentSize: true }],
    ["everything", { isLinked: true, blockChecksums: true, contentChecksum: true, contentSize: true }],
  ])("with %s", async (_, options) => {
    expect(await check(frameOf(tar, options))).toMatchObject({
      isWhole: true,
      entries: 3,
      problem: undefined,
    });
  });

  it.each([
    [
      "of the library's own frame",
      () => compressFrameSync(tar, { contentChecksum: true, blockChecksums: true }),
    ],
    [
      "of several frames",
      () => Buffer.concat([tar.subarray(0, 70_001), tar.subarray(70_001)].map((part) => frameOf(part))),
    ],
    [
      "with frames to skip",
      () => Buffer.concat([skippableFrame(noise(99)), frameOf(tar), skippableFrame(Buffer.alloc(0))]),
    ],
    ["of the old format", () => legacyFrameOf(tar)],
    [
      "of both formats",
      () => Buffer.concat([legacyFrameOf(tar.subarray(0, 9000)), frameOf(tar.subarray(9000))]),
    ],
  ])("%s", async (_, make) => {
    expect(await check(make())).toMatchObject({ isWhole: true, entries: 3, problem: undefined });
  });

  const big = Buffer.alloc(12);
  big[0] = 0x80;
  big.writeUInt32BE(777, 8);
  const extension = Buffer.alloc(512);
  it.each<[string, readonly TarEntry[], number]>([
    ["a length in binary", [{ name: "a", data: noise(777), sizeField: big }], 1],
    [
      "a length in records, as files above 8 GiB have it",
      [
        { name: "PaxHeader/a", kind: "x", data: Buffer.from("15 mtime=12345\n12 size=777\n") },
        { name: "a", data: noise(777), sizeField: Buffer.from("00000000000\0") },
        { name: "b", data: noise(3) },
      ],
      2,
    ],
    [
      "a long name",
      [
        { name: "././@LongLink", kind: "L", data: noise(300) },
        { name: "a", data: noise(5) },
      ],
      1,
    ],
    [
      "a hard link that gives a length",
      [{ name: "a", kind: "1", sizeField: Buffer.from("00000001411\0") }],
      1,
    ],
    [
      "a sparse file",
      [{ name: "a", kind: "S", data: noise(600), more: { 482: 1 }, between: extension }, { name: "b" }],
      2,
    ],
    ["no entry", [], 0],
  ])("whose tar has %s", async (_, entries, count) => {
    expect(await check(frameOf(tarOf(...entries)))).toMatchObject({ isWhole: true, entries: count });
  });

  it("whose tar is padded after its end", async () => {
    expect(await check(frameOf(Buffer.concat([tar, Buffer.alloc(9000)])))).toMatchObject({ isWhole: true });
  });
});

describe("[DDS-23] a file that is not whole", () => {
  const whole = frameOf(tar, { blockChecksums: true, contentChecksum: true, contentSize: true });
  const flipped = (content: Buffer, at: number): Buffer => {
    const copy = Buffer.from(content);
    copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
    return copy;
  };
  const plain = frameOf(tar, { isStored: true });
  const headAt = plain.indexOf("data/b.wt"); // in a block without a checksum

  it.each<[string, Buffer, RegExp]>([
    ["cut within a block", whole.subarray(0, 50_000), /ends after 50000 bytes, within a block: it was cut/],
    ["cut within the first header", whole.subarray(0, 9), /within the header of a frame/],
    ["cut between two blocks", plain.subarray(0, 7 + 4 + 65_536), /within the length of a block/],
    ["cut before its checksum", whole.subarray(0, -4), /within the checksum of a frame/],
    [
      "cut within a frame to skip",
      Buffer.concat([whole, skippableFrame(noise(99)).subarray(0, 50)]),
      /within a frame to skip/,
    ],
    [
      "with a bit flipped in a block",
      flipped(whole, 30_000),
      /block at byte \d+ does not match its checksum/,
    ],
    [
      "with a bit flipped in a frame's header",
      flipped(whole, 8),
      /header of the frame at byte 4 does not match/,
    ],
    [
      "with a bit flipped in the last checksum",
      flipped(whole, whole.length - 2),
      /What is in a frame does not match/,
    ],
    [
      "with a bit flipped in the name of an entry",
      flipped(plain, headAt),
      /wrong header at byte \d+ of it, after data\/a\.wt/,
    ],
    [
      "with a block that has no sense",
      frameOf(tar).fill(0xff, 40, 3000),
      /block at byte \d+ cannot be uncompressed/,
    ],
    [
      "with a block that is too long",
      flipped(plain, 9),
      /says that it has \d+ bytes: more than there may be/,
    ],
    [
      "with something after its frames",
      Buffer.concat([whole, Buffer.from("garbage")]),
      /there is no LZ4 frame, but/,
    ],
    [
      "without the end of its tar",
      frameOf(tar.subarray(0, -1024)),
      /after 3 entries the blocks that close it are missing/,
    ],
    ["with half the end of its tar", frameOf(tar.subarray(0, -512)), /has no end/],
    [
      "whose tar ends within a file",
      frameOf(tar.subarray(0, 9_000)),
      /ends within data\/a\.wt, \d+ bytes too early/,
    ],
    [
      "whose tar goes on after its end",
      frameOf(Buffer.concat([Buffer.alloc(512), tar])),
      /goes on after its end/,
    ],
    ["that is LZ4 of something else", frameOf(noise(2000)), /is no tar/],
    ["of another version of the format", versionTwo(), /format that is not known/],
    ["whose header says another length", otherLength(), /holds \d+ bytes, and its header says 5/],
  ])("%s", async (_, content, words) => {
    const { isWhole, problem } = await check(content);
    expect(problem).toMatch(words);
    expect(isWhole).toBe(false);
  });

  it("any cut at all", async () => {
    const small = frameOf(tarOf({ name: "a", data: noise(40) }), { contentChecksum: true });
    for (let bytes = 0; bytes < small.length; bytes++) {
      expect((await check(small.subarray(0, bytes))).isWhole, `${bytes} bytes`).toBe(false);
    }
  });

  it("any flipped bit at all, where the frame has checksums", async () => {
    const small = frameOf(tarOf({ name: "a", data: noise(40) }), {
      contentChecksum: true,
      blockChecksums: true,
    });
    for (let at = 4; at < small.length; at++) {
      expect((await check(flipped(small, at))).isWhole, `byte ${at}`).toBe(false);
    }
  });
});

function otherLength(): Buffer {
  const frame = frameOf(tar, { contentSize: true });
  frame.writeBigUInt64LE(5n, 6);
  frame[14] = (xxHash32(frame.subarray(4, 14)) >>> 8) & 0xff;
  return frame;
}

function versionTwo(): Buffer {
  const descriptor = Buffer.of(0xa0, 0x40);
  return Buffer.concat([
    Buffer.from("04224d18", "hex"),
    descriptor,
    Buffer.of((xxHash32(descriptor) >>> 8) & 0xff),
  ]);
}

describe("[DDS-24] what is no LZ4 is named", () => {
  it.each<[string, Buffer]>([
    ["it is empty", Buffer.alloc(0)],
    ["gzip", Buffer.from("1f8b0800", "hex")],
    ["zip", Buffer.from("PK\u0003\u0004")],
    ["zstd", Buffer.from("28b52ffd00", "hex")],
    ["bzip2", Buffer.from("BZh9")],
    ["xz", Buffer.from("fd377a585a00", "hex")],
    ["mongodump", Buffer.from("6de2998100", "hex")],
    ["a page, or XML", Buffer.from("<Error><Code>AccessDenied</Code></Error>")],
    ["JSON", Buffer.from('{"error_code":"DBS.200001"}')],
    ["a tar that is not compressed", tarOf({ name: "a" })],
    ["zeros", Buffer.alloc(5000)],
    ["its first bytes are 01 02 03", Buffer.of(1, 2, 3)],
  ])("%s", async (words, content) => {
    expect(await check(content)).toMatchObject({
      isWhole: false,
      entries: 0,
      problem: expect.stringMatching(new RegExp(`^It is not LZ4: .*${words}`)),
    });
  });
});

describe("verifyBackup", () => {
  it("[DDS-24] says what to install where the library is not there", async () => {
    vi.resetModules();
    vi.doMock("lz4-napi", () => {
      throw new Error("Cannot find package 'lz4-napi'");
    });
    const { verifyBackup: bare } = await import("./verify-backup.ts");
    await expect(bare(join(folder, "a"))).rejects.toMatchObject({
      name: "ConfigurationError",
      option: "lz4-napi",
      message: expect.stringContaining("npm install lz4-napi"),
    });
    vi.doUnmock("lz4-napi");
  });

  it("[DDS-24] tells a file that cannot be read from one that is damaged", async () => {
    await expect(verifyBackup(join(folder, "none"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(verifyBackup(folder)).rejects.toMatchObject({ code: "IS_A_DIRECTORY", path: folder });
    await expect(verifyBackup("")).rejects.toMatchObject({ code: "CONFIGURATION", option: "path" });
    await expect(verifyBackup("a", { all: true } as object)).rejects.toMatchObject({ option: "all" });
  });

  it("[DDS-25] tells how far it is, and ends with the signal's reason", async () => {
    const path = join(folder, "a");
    const content = frameOf(tarOf({ name: "a", data: noise(20_000_000) }), { sizeCode: 6 });
    await writeFile(path, content);
    const told: number[] = [];
    await verifyBackup(path, {
      onProgress: ({ bytes, totalBytes }) => {
        told.push(bytes);
        expect(totalBytes).toBe(content.length);
      },
    });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(content.length);
    const ending = new AbortController();
    const reason = new Error("enough");
    const checking = verifyBackup(path, { signal: ending.signal, onProgress: () => ending.abort(reason) });
    await expect(checking).rejects.toBe(reason);
  });
});

describe("xxHash32", () => {
  const sanity = Buffer.from("Nobody inspects the spammish repetition");
  it.each<[Buffer, number]>([
    [Buffer.alloc(0), 0x02cc5d05],
    [Buffer.from("a"), 0x550d7456],
    [Buffer.from("abc"), 0x32d153ff],
    [sanity, 0xe2293b2f],
  ])("[DDS-22] of %j", (data, expected) => {
    expect(xxHash32(data)).toBe(expected);
    for (let cut = 0; cut <= data.length; cut++) {
      const hash = createXxHash32();
      hash.update(data.subarray(0, cut));
      hash.update(data.subarray(cut));
      expect(hash.digest()).toBe(expected);
    }
  });
});

it("[DDS-22] the header of the tests' tar is one", () => {
  expect(tarHeader({ name: "a" }).toString("latin1", 257, 262)).toBe("ustar");
});
