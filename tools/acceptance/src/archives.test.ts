import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { decompressFrame } from "lz4-napi";
import { expect, it, onTestFinished } from "vitest";
import { openPromise } from "yauzl";
import { clientOptions, directServices, type Service, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function saved(service: Service, content: Parameters<Service["add"]>[1]): Promise<string> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  service.add(emulator.store, content);
  const [file] = await service.save(clientOptions(emulator), await temporaryFolder());
  return file?.path ?? "";
}

it.each(directServices)("what $name gives opens as a zip", async (service) => {
  const content = zipContent({ seed: "opens", bytes: 2_000_000, entries: 2 });
  const path = await saved(service, content);
  const zip = await openPromise(path, { autoClose: false });
  onTestFinished(() => zip.close());
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) {
    names.push(entry.fileName);
    expect(crc32(await buffer(await zip.openReadStreamPromise(entry)))).toBe(entry.crc32);
  }
  expect(names).toEqual(["table-0001.csv", "table-0002.csv"]);
});

const tarMagicAt = 257;

it("what dds gives opens as an LZ4 frame with a tar in it", async () => {
  const dds = services.find(({ name }) => name === "dds") as Service;
  const path = await saved(dds, lz4TarContent({ seed: "opens", bytes: 2_000_000, entries: 2 }));
  const tar = await decompressFrame(await readFile(path));
  expect(tar.toString("latin1", tarMagicAt, tarMagicAt + 5)).toBe("ustar");
  expect(tar.byteLength).toBeGreaterThan(2_000_000);
});
