import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { downloadLink, IntegrityError, linkExpiry } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { startNginx } from "./nginx.ts";
import { type LinkSigner, signWithBoto3, signWithEsdk, startObjectStore } from "./object-store.ts";
import { writeRandomFile } from "./random-file.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const retry = { baseDelayMs: 5, maxDelayMs: 20 };
/** A key whose characters a link must bear unchanged. */
const key = "2026/a b+50%中.bin";

/** A store with one object in it. */
async function storeWith(bytes: number) {
  const folder = await temporaryFolder();
  const store = await startObjectStore();
  const file = join(folder, "object");
  const sha256 = await writeRandomFile(file, `object of ${bytes}`, bytes);
  await store.put(key, file);
  return { store, sha256, origin: `http://127.0.0.1:${store.port}` };
}

/** No signer makes a link that has ended: one of a second is waited for. */
async function expiredLink(sign: LinkSigner, origin: string): Promise<string> {
  const link = await sign(origin, key, 1);
  const end = linkExpiry(link)?.getTime() ?? expect.unreachable("the link does not say when it ends");
  await wait(end + 1000 - Date.now()); // the store counts in whole seconds
  return link;
}

describe.each([
  ["boto3", signWithBoto3],
  ["Huawei's own SDK", signWithEsdk],
])("a link signed by %s", (_, sign) => {
  it.each([
    [12, 1],
    [24, 8],
  ])(
    "[HTTP-70] is renewed once it has expired, and %i MiB come whole over %i connections that are cut",
    async (mebibytes, connections) => {
      const { store, sha256 } = await storeWith(mebibytes * mebibyte);
      const proxy = await startCuttingProxy(store.port, (index) => (2 + (index % 2)) * mebibyte);
      const origin = `http://127.0.0.1:${proxy.port}`;
      const expired = await expiredLink(sign, origin);
      let renewals = 0;
      const renew = () => {
        renewals++;
        return sign(origin, key, 60);
      };
      const folder = await temporaryFolder();
      const file = await downloadLink({ url: expired, renew, retry }).toFile(`${folder}/`, {
        connections,
        maxBytesPerSecond: 16 * mebibyte, // slow enough for several to share it
      });
      expect(file.sha256).toBe(sha256);
      expect(await sha256OfFile(join(folder, "a b+50%中.bin"))).toBe(sha256);
      expect(renewals).toBe(1);
      expect(proxy.cuts()).toBeGreaterThan(3);
      expect(file.attempts).toBeGreaterThan(proxy.cuts());
    },
  );

  it("is refused where it has expired, or was changed, in the store's own words", async () => {
    const { origin } = await storeWith(1000);
    const folder = await temporaryFolder();
    const save = (url: string) => downloadLink({ url, retry }).toFile(`${folder}/`);
    await expect(save(await expiredLink(sign, origin))).rejects.toMatchObject({
      kind: "expired",
      serviceCode: "AccessDenied",
      serviceMessage: "Request has expired",
    });
    const link = await sign(origin, key, 60);
    await expect(save(link.replace("2026", "2027"))).rejects.toMatchObject({
      kind: "forbidden",
      serviceCode: "SignatureDoesNotMatch",
    });
    const other = await sign(origin, "no such key", 60);
    await expect(save(other)).rejects.toMatchObject({ kind: "not-found", serviceCode: "NoSuchKey" });
    expect(await publishedFiles(folder)).toEqual([]);
  });
});

it("[HTTP-76] refuses bytes that are not those of which the store's ETag is the MD5", async () => {
  const { store, sha256 } = await storeWith(mebibyte);
  // Object stores number their answers; this one does not, and without that its ETag may be anything.
  const front = await startNginx(`location / {
    proxy_pass http://127.0.0.1:${store.port};
    proxy_set_header Host $http_host;
    add_header x-amz-request-id $request_id;
  }`);
  const link = await signWithBoto3(`http://127.0.0.1:${front.port}`, key, 60);
  const folder = await temporaryFolder();
  const save = (name: string) => downloadLink({ url: link, retry }).toFile(join(folder, name));
  expect(await save("right.bin")).toMatchObject({ sha256 });

  const stopped = new AbortController();
  const download = downloadLink({ url: link, retry });
  const cutShort = download.toFile(join(folder, "resumed.bin"), {
    signal: stopped.signal,
    maxBytesPerSecond: 2 * mebibyte,
    onProgress: ({ bytes }) => bytes > 0 && stopped.abort(new Error("stopped")),
  });
  await expect(cutShort).rejects.toThrow("stopped");
  await flipByte(store.pathOf(key), mebibyte - 1);
  for (const saveAgain of [() => save("wrong.bin"), () => download.toFile(join(folder, "resumed.bin"))]) {
    const error = await saveAgain().catch((reason: unknown) => reason);
    expect(IntegrityError.isInstance(error) && error.reason).toBe("digest");
  }
  expect(await publishedFiles(folder)).toEqual([join(folder, "right.bin")]);
});

it("[HTTP-71] an object that is replaced between two runs arrives as the new one, though the store heeds no condition", async () => {
  const { store } = await storeWith(6 * mebibyte);
  const newer = join(await temporaryFolder(), "newer");
  const expected = await writeRandomFile(newer, "newer", 6 * mebibyte);
  const url = await signWithEsdk(`http://127.0.0.1:${store.port}`, key, 60);
  const folder = await temporaryFolder();
  const stopped = new AbortController();
  const download = downloadLink({ url, retry });
  const saving = download.toFile(`${folder}/`, {
    signal: stopped.signal,
    onProgress: ({ bytes }) => bytes >= mebibyte && stopped.abort(new Error("stopped")),
  });
  await expect(saving).rejects.toThrow("stopped");
  await store.put(key, newer);
  const file = await download.toFile(`${folder}/`);
  expect(file.attempts).toBeGreaterThan(1); // the first brought a part of the newer one
  expect(file.sha256).toBe(expected);
});

async function flipByte(path: string, position: number): Promise<void> {
  const file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, position);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, position);
  await file.close();
}
