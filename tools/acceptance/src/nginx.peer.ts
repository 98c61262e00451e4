import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { downloadLink, IntegrityError, ServiceError, TransportError } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { type LinkDialect, linkDirectives, type Nginx, signLink, startNginx } from "./nginx.ts";
import { signCertificate } from "./private-authority.ts";
import { writeRandomFile } from "./random-file.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const retry = { baseDelayMs: 10, maxDelayMs: 50 };

/** One link tells when it ends, and is renewed before; of the other only the refusal tells. */
const openLinks: LinkDialect = { expires: "Expires", signature: "Signature" };
const closedLinks: LinkDialect = { expires: "until", signature: "token" };

const statusesOf = async (nginx: Nginx) => (await nginx.requests()).map(({ status }) => status);

describe("links that live two seconds", () => {
  it.each([
    ["http, renewed before their end", "http", openLinks, 1],
    ["https under a private authority, renewed when refused", "https", closedLinks, 1],
    ["http, several at a time", "http", openLinks, 8],
    ["https, several at a time", "https", closedLinks, 8],
  ] as const)("[HTTP-70] %s, over connections that are cut", async (_, scheme, dialect, connections) => {
    const tls =
      scheme === "https" ? await signCertificate(await temporaryFolder(), "IP:127.0.0.1") : undefined;
    const rate = connections === 1 ? "20m" : "2m"; // all together so slow that a link ends meanwhile
    const directives = `limit_rate ${rate}; ${linkDirectives(dialect)}`;
    const nginx = await startNginx(directives, tls ? { tls } : {});
    const expected = await writeRandomFile(join(nginx.files, "backup.bin"), "two seconds", 64 * mebibyte);
    const cutAfter = connections === 1 ? 7 : 1;
    const proxy = await startCuttingProxy(nginx.port, (index) => (cutAfter + (index % 4)) * mebibyte);
    let renewals = 0;
    const link = () => signLink(`${scheme}://127.0.0.1:${proxy.port}`, "/backup.bin", 2, dialect);
    const renew = async () => {
      renewals++;
      return link();
    };
    const folder = await temporaryFolder();
    const download = downloadLink({ url: link(), renew, retry, tls: { ca: tls?.authority } });
    const file = await download.toFile(`${folder}/`, { connections });

    expect(file.sha256).toBe(expected);
    expect(await sha256OfFile(join(folder, "backup.bin"))).toBe(expected);
    expect(renewals).toBeGreaterThan(0);
    expect(proxy.cuts()).toBeGreaterThan(4);
    const requests = await nginx.requests();
    // A link is good for one method: a HEAD would have been refused.
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    const resumed = requests.filter(({ range }) => /^bytes=[1-9]/.test(range));
    expect(resumed.length).toBeGreaterThanOrEqual(proxy.cuts());
    for (const { ifMatch } of resumed) expect(ifMatch).toBe(file.etag);
    expect(requests.some(({ status }) => status === 403)).toBe(dialect === closedLinks);
  });

  it("are an error where nobody renews them, or where the fresh one is refused", async () => {
    const nginx = await startNginx(linkDirectives(openLinks));
    await writeRandomFile(join(nginx.files, "a.bin"), "refused", 1000);
    const origin = `http://127.0.0.1:${nginx.port}`;
    const expired = signLink(origin, "/a.bin", -5, openLinks);
    const tampered = signLink(origin, "/a.bin", 60, openLinks).replace("/a.bin", "/b.bin");
    const folder = await temporaryFolder();
    const save = (options: Parameters<typeof downloadLink>[0]) =>
      downloadLink({ ...options, retry }).toFile(join(folder, "a.bin"));
    await expect(save({ url: expired })).rejects.toMatchObject({ kind: "expired", status: 403 });
    await expect(save({ url: tampered })).rejects.toMatchObject({
      kind: "forbidden",
      serviceCode: "SignatureDoesNotMatch",
    });
    const refused = await save({ url: expired, renew: async () => tampered }).catch(
      (error: unknown) => error,
    );
    expect(ServiceError.isInstance(refused) && refused.kind).toBe("forbidden");
    // One that is over when it is given is asked for even so: this machine's clock may be off, and the store's is not.
    expect(await statusesOf(nginx)).toEqual([403, 403, 403, 403]);
    expect(await publishedFiles(folder)).toEqual([]);
  });
});

it("trusts a private authority only where it is given", async () => {
  const tls = await signCertificate(await temporaryFolder(), "IP:127.0.0.1");
  const nginx = await startNginx("", { tls });
  const expected = await writeRandomFile(join(nginx.files, "a.bin"), "authority", 1000);
  let connections = 0;
  const proxy = await startCuttingProxy(nginx.port, (index) => {
    connections = index + 1;
    return undefined;
  });
  const url = `https://127.0.0.1:${proxy.port}/a.bin`;
  const folder = await temporaryFolder();
  const refused = await downloadLink({ url })
    .toFile(`${folder}/`)
    .catch((error: unknown) => error);
  expect(connections, "no wait makes a certificate trusted").toBe(1);
  expect(TransportError.isInstance(refused) && refused.code).toBe("TLS");
  const file = await downloadLink({ url, tls: { ca: tls.authority } }).toFile(`${folder}/`);
  expect(file.sha256).toBe(expected);
});

it.each([
  [4, 1],
  [12, 8],
])(
  "waits for its turn where a file may be fetched over one connection only: %i MiB, %i connections",
  async (mebibytes, connections) => {
    const http = "limit_conn_zone $uri zone=one:1m; limit_conn_status 503;";
    const nginx = await startNginx("limit_conn one 1; limit_rate 8m;", { http });
    const expected = await writeRandomFile(join(nginx.files, "a.bin"), "turns", mebibytes * mebibyte);
    const url = `http://127.0.0.1:${nginx.port}/a.bin`;
    const folder = await temporaryFolder();
    const save = (name: string) =>
      downloadLink({ url, retry: { ...retry, maxAttempts: 500 } }).toFile(join(folder, name), {
        connections,
      });
    const files = await Promise.all([save("one.bin"), save("two.bin")]);
    expect(files.map(({ sha256 }) => sha256)).toEqual([expected, expected]);
    expect(await statusesOf(nginx)).toContain(503);
  },
);

it("goes on within a stream over connections that are cut", async () => {
  const nginx = await startNginx("");
  const expected = await writeRandomFile(join(nginx.files, "a.bin"), "streamed", 12 * mebibyte);
  const proxy = await startCuttingProxy(nginx.port, () => 2 * mebibyte);
  const stream = await downloadLink({ url: `http://127.0.0.1:${proxy.port}/a.bin`, retry }).toStream();
  const content = await buffer(stream);
  expect(createHash("sha256").update(content).digest("hex")).toBe(expected);
  expect(proxy.cuts()).toBeGreaterThan(4);
});

describe.each([
  [8, 1],
  [24, 8],
])("a server that goes away in the middle of %i MiB over %i connections", (mebibytes, connections) => {
  it.each([
    ["reads its configuration anew", async ({ pid }: Nginx) => process.kill(pid, "SIGHUP")],
    [
      "loses the process that serves",
      async (nginx: Nginx) => {
        for (const worker of await nginx.workers()) process.kill(worker, "SIGKILL");
      },
    ],
  ])("%s", async (_, disturb) => {
    const nginx = await startNginx("limit_rate 8m;");
    const expected = await writeRandomFile(join(nginx.files, "a.bin"), "reload", mebibytes * mebibyte);
    let disturbed: Promise<unknown> | undefined;
    const download = downloadLink({ url: `http://127.0.0.1:${nginx.port}/a.bin`, retry });
    const file = await download.toFile(`${await temporaryFolder()}/`, {
      connections,
      onProgress({ bytes }) {
        if (bytes > mebibyte) disturbed ??= disturb(nginx);
      },
    });
    await disturbed;
    expect(file.sha256).toBe(expected);
    expect(file.attempts).toBeGreaterThan(1);
    expect(await statusesOf(nginx)).toContain(206);
  });
});

/** So many hours before `moment`. */
const hoursBefore = (moment: number, hours: number) => new Date(moment - hours * 3_600_000);

describe.each([1, 8])("a file that is replaced while it is downloaded over %i connections", (connections) => {
  it.each([
    ["as long as before", "etag on;", 12, 1, 0],
    ["shorter", "etag on;", 3, 1, 0],
    ["longer", "etag on;", 20, 1, 0],
    ["within the second, by one as long", "etag on;", 12, 0, 0],
    ["newer, known by its date alone", "etag off;", 12, 1, 0],
    ["older, known by its date alone", "etag off;", 12, 1, 24],
    ["within the second, known by its date alone", "etag off;", 12, 0, 0],
  ])("[HTTP-71] arrives as the new one: %s", async (_, directives, mebibytes, oldAge, newAge) => {
    const now = Date.now();
    const nginx = await startNginx(`${directives} limit_rate 16m;`);
    const [path, draft] = [join(nginx.files, "a.bin"), join(nginx.files, "draft")];
    await writeRandomFile(path, "old", 12 * mebibyte, hoursBefore(now, oldAge));
    const expected = await writeRandomFile(draft, "new", mebibytes * mebibyte, hoursBefore(now, newAge));
    const proxy = await startCuttingProxy(nginx.port, (index) => (index === 0 ? 5 * mebibyte : undefined));
    let isReplaced = false;
    const download = downloadLink({ url: `http://127.0.0.1:${proxy.port}/a.bin`, retry });
    const file = await download.toFile(`${await temporaryFolder()}/`, {
      connections,
      onProgress({ phase }) {
        // The old one's headers have come, and its bytes are on their way.
        if (phase === "downloading" && !isReplaced) renameSync(draft, path);
        isReplaced ||= phase === "downloading";
      },
    });
    expect(file.sha256).toBe(expected);
    expect(await sha256OfFile(file.path)).toBe(expected);
    // Where another connection meets the new one, the first is given up before it is cut.
    expect(proxy.cuts()).toSatisfy((cuts) => cuts === 1 || (connections > 1 && cuts === 0));
  });

  it("[HTTP-71] ends a stream of it with an IntegrityError", async () => {
    const nginx = await startNginx("");
    const [path, draft] = [join(nginx.files, "a.bin"), join(nginx.files, "draft")];
    await writeRandomFile(path, "old", 12 * mebibyte);
    await writeRandomFile(draft, "new", 12 * mebibyte, new Date());
    const proxy = await startCuttingProxy(nginx.port, (index) => (index === 0 ? 5 * mebibyte : undefined));
    const stream = await downloadLink({ url: `http://127.0.0.1:${proxy.port}/a.bin`, retry }).toStream();
    renameSync(draft, path);
    const error = await buffer(stream).catch((reason: unknown) => reason);
    expect(IntegrityError.isInstance(error) && error.reason).toBe("changed");
  });

  it("[HTTP-71] is an IntegrityError where it changes every time", async () => {
    const nginx = await startNginx("");
    const versions = 12;
    for (let version = 0; version < versions; version++)
      await writeRandomFile(join(nginx.files, `${version}`), `version ${version}`, 4 * mebibyte + version);
    const replace = (version: number) =>
      renameSync(join(nginx.files, `${version}`), join(nginx.files, "a.bin"));
    replace(0);
    const proxy = await startCuttingProxy(nginx.port, () => 2 * mebibyte);
    let version = 0;
    let phaseBefore = "";
    const folder = await temporaryFolder();
    const download = downloadLink({ url: `http://127.0.0.1:${proxy.port}/a.bin`, retry });
    const saving = download.toFile(`${folder}/`, {
      connections,
      onProgress({ phase }) {
        if (phase === "downloading" && phaseBefore !== phase && ++version < versions) replace(version);
        phaseBefore = phase;
      },
    });
    const error = await saving.catch((reason: unknown) => reason);
    expect(IntegrityError.isInstance(error) && error.reason).toBe("changed");
    expect(await statusesOf(nginx)).toContain(412);
    expect(await publishedFiles(folder)).toEqual([]);
  });
});

it("saves an empty file, of which no range can be had", async () => {
  const nginx = await startNginx(linkDirectives(openLinks));
  await writeFile(join(nginx.files, "empty.bin"), "");
  const url = signLink(`http://127.0.0.1:${nginx.port}`, "/empty.bin", 60, openLinks);
  const folder = await temporaryFolder();
  const file = await downloadLink({ url, retry: false }).toFile(`${folder}/`);
  expect(file.bytes).toBe(0);
  expect(await publishedFiles(folder)).toEqual([join(folder, "empty.bin")]);
});

it("asks for what is behind the last byte, and takes the refusal as proof that all is there", async () => {
  const nginx = await startNginx("");
  const expected = await writeRandomFile(join(nginx.files, "a.bin"), "behind the end", mebibyte);
  const folder = await temporaryFolder();
  const stopped = new AbortController();
  const download = downloadLink({ url: `http://127.0.0.1:${nginx.port}/a.bin`, retry: false });
  const saving = download.toFile(`${folder}/`, {
    signal: stopped.signal,
    onProgress: ({ bytes }) => bytes === mebibyte && stopped.abort(new Error("stopped at the last byte")),
  });
  await expect(saving).rejects.toThrow("stopped at the last byte");
  const file = await download.toFile(`${folder}/`);
  expect(file).toMatchObject({ sha256: expected, resumedFromByte: mebibyte });
  expect((await nginx.requests()).at(-1)).toMatchObject({ status: 416, range: `bytes=${mebibyte}-` });
  expect(await publishedFiles(folder)).toEqual([join(folder, "a.bin")]);
});
