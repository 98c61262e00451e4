import { randomBytes } from "node:crypto";
import { link, readFile, rm } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { answer, cutAnswer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  type ContentKind,
  createDownload,
  createHttpSettings,
  createLinkSource,
  type Download,
  downloadLink,
} from "./index.ts";

const body = randomBytes(2 * 1024 * 1024);
const shorter = randomBytes(1000);
const retry = { baseDelayMs: 1 };
const cutFirst = cutAnswer(body, 1_500_000, "fin", { etag: '"one"' });

function downloadOf(content: ContentKind, url: string): Download {
  const settings = createHttpSettings({ retry });
  return createDownload(createLinkSource(url, { operation: "DownloadResult", settings, content }));
}

async function hidden(folder: TemporaryFolder, ending: string): Promise<string> {
  const name = (await folder.names()).find((entry) => entry.endsWith(ending));
  return folder.file(name ?? expect.unreachable(`no ${ending} in the folder`));
}

it("[HTTP-25] an object that is replaced by a shorter one is saved without a rest of the longer", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([
    cutFirst,
    answer(412, { "content-type": "text/html" }, "<html>Precondition Failed</html>"),
    answer(200, { etag: '"two"' }, shorter),
  ]);
  const saved = await downloadLink({ url: `${server.url}/a`, retry }).toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: shorter.length, attempts: 3, etag: '"two"' });
  expect((await readFile(folder.file("a"))).equals(shorter)).toBe(true);
});

it.each([
  ["another object", { etag: '"two"', "content-range": `bytes 1500000-${body.length - 1}/${body.length}` }],
  ["another place", { etag: '"one"', "content-range": `bytes 0-${body.length - 1}/${body.length}` }],
])(
  "[HTTP-25] an answer with bytes of %s is not kept waiting while the file is asked for anew",
  async (_, about) => {
    await using folder = await makeTemporaryFolder();
    const whole = answer(200, { etag: '"two"' }, shorter);
    await using server = await startScriptedServer([
      cutFirst,
      (socket) => void socket.write(head(206, { ...about, "content-length": "500000" })),
      (socket, request) => void alone().then(() => whole(socket, request)),
    ]);
    const alone = () => vi.waitFor(() => expect(server.connections.size).toBe(1));
    await downloadLink({ url: server.url, retry }).toFile(folder.file("a"));
    expect((await readFile(folder.file("a"))).equals(shorter)).toBe(true);
  },
);

it("[HTTP-25] a destination that cannot begin anew need not before its first byte", async () => {
  const about = { etag: '"one"', "content-range": `bytes 1-${body.length - 1}/${body.length}` };
  await using server = await startScriptedServer([
    cutAnswer(body, 0, "fin"),
    answer(206, about, body.subarray(1)),
    answer(200, { etag: '"one"' }, body),
  ]);
  const came: Buffer[] = [];
  const writer = {
    write: async (chunks: readonly Buffer[]) => void came.push(...chunks),
    commit: async () => {},
    abort: async () => {},
  };
  await downloadLink({ url: server.url, retry }).toDestination({ open: async () => writer });
  expect(Buffer.concat(came).equals(body)).toBe(true);
  expect(server.requests).toHaveLength(3);
});

it("[HTTP-25] a destination is told once to begin anew, where nothing proves that the object is the same", async () => {
  await using server = await startScriptedServer([cutAnswer(body, 1_500_000, "fin"), answer(200, {}, body)]);
  let came: Buffer[] = [];
  let begunAnew = 0;
  const writer = {
    write: async (chunks: readonly Buffer[]) => void came.push(...chunks),
    async startAgain() {
      came = [];
      begunAnew++;
    },
    commit: async () => {},
    abort: async () => {},
  };
  const result = await downloadLink({ url: server.url, retry }).toDestination({ open: async () => writer });
  expect(result).toMatchObject({ bytes: body.length, attempts: 2, resumedFromByte: 0 });
  expect(Buffer.concat(came).equals(body)).toBe(true);
  expect(begunAnew).toBe(1);
});

it("[HTTP-25] a server that gives no ranges is asked as often as the retries allow: its object does not change", async () => {
  await using folder = await makeTemporaryFolder();
  const about = { etag: '"one"' };
  await using server = await startScriptedServer([
    ...Array.from({ length: 5 }, () => cutFirst),
    answer(200, about, body),
  ]);
  const often = { ...retry, maxAttempts: 6 };
  const saved = await downloadLink({ url: server.url, retry: often }).toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: body.length, attempts: 6, resumedFromByte: 0 });
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
});

it("[HTTP-25] what is judged is the file that came in the end, not the zip that was cut before it", async () => {
  await using folder = await makeTemporaryFolder();
  const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), body]);
  await using server = await startScriptedServer([
    cutAnswer(zip, 1_500_000, "fin"),
    answer(200, {}, shorter),
  ]);
  await downloadLink({ url: server.url, retry }).toFile(folder.file("a"));
  expect((await readFile(folder.file("a"))).equals(shorter)).toBe(true);
});

it("[HTTP-25] a stream cannot take back what it has delivered: it ends where the object is another", async () => {
  await using server = await startScriptedServer([cutFirst, answer(412, {}, ""), answer(200, {}, shorter)]);
  const stream = await downloadLink({ url: server.url, retry }).toStream();
  await expect(stream.toArray()).rejects.toMatchObject({ code: "INTEGRITY_CHANGED" });
  expect(server.requests).toHaveLength(2);
});

it("[HTTP-25] a file that is promised to be a zip is none, though one was cut before it", async () => {
  await using folder = await makeTemporaryFolder();
  const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), body]);
  await using server = await startScriptedServer([
    cutAnswer(zip, 1_500_000, "fin"),
    answer(200, {}, shorter),
  ]);
  const failed = downloadOf("zip", server.url).toFile(folder.file("a"));
  await expect(failed).rejects.toMatchObject({ code: "INTEGRITY_CONTENT", expected: "zip" });
});

const endRecord = (offset: number, comment = Buffer.alloc(0)): Buffer => {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50);
  record.writeUInt32LE(offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
};

it.each<[string, ContentKind, Record<string, string>, Buffer]>([
  [
    "json that is not called so",
    "unknown",
    { "content-type": "application/octet-stream" },
    Buffer.from("{}"),
  ],
  ["no json, though called so", "unknown", { "content-type": "application/json" }, Buffer.from("no json")],
  ["a zip that tells its lengths elsewhere, being of 64 bits", "zip", {}, endRecord(0xffffffff)],
  [
    "a zip with a comment that holds the beginning of an end",
    "zip",
    {},
    endRecord(0, Buffer.concat([Buffer.from("PK\u0005\u0006"), Buffer.alloc(30, 0x7e)])),
  ],
])("[HTTP-24] %s is a file like any other", async (_, content, headers, bytes) => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, headers, bytes)]);
  await downloadOf(content, server.url).toFile(folder.file("a"));
  expect((await readFile(folder.file("a"))).equals(bytes)).toBe(true);
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

describe("[HTTP-25] what anybody on the way answers in place of the rest", () => {
  const page = answer(200, { "content-type": "text/html" }, "<!doctype html><title>Log in</title>");
  const type = { "content-type": "application/octet-stream" };

  it.each([
    ["with a validator", { ...type, etag: '"one"' }],
    ["without one", type],
    ["of no type", {}],
  ])("is not the file where it is a page, of a file %s", async (_, headers) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutAnswer(body, 1_500_000, "fin", headers), page]);
    const failed = downloadLink({ url: server.url, retry }).toFile(folder.file("a"));
    await expect(failed).rejects.toMatchObject({ code: "INTEGRITY_CONTENT", received: "text/html" });
    expect(server.requests).toHaveLength(2);
    expect(await folder.names()).not.toContain("a");
  });

  it("is not the file for a later run either", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutAnswer(body, 1_500_000, "fin", { ...type, etag: '"one"' }),
      page,
      answer(200, type, body),
    ]);
    const download = downloadLink({ url: server.url, retry: false });
    for (const code of ["CONNECTION_LOST", "INTEGRITY_CONTENT"])
      await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code });
    await download.toFile(folder.file("a"));
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  });

  it("is the file where the link is to a page", async () => {
    await using folder = await makeTemporaryFolder();
    const html = { "content-type": "text/html", etag: '"page"' };
    const whole = Buffer.concat([Buffer.from("<!doctype html>"), body]);
    await using server = await startScriptedServer([
      cutAnswer(whole, 1_500_000, "fin", html),
      answer(200, html, whole),
    ]);
    const download = downloadLink({ url: server.url, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: whole.length });
    expect(server.requests[1]?.headers).toHaveProperty("range");
  });

  it("is the rest where it is called a page, and said to be of the same object", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutAnswer(body, 1_500_000, "fin", { ...type, etag: '"one"' }),
      answer(
        206,
        {
          "content-type": "text/html",
          etag: '"one"',
          "content-range": `bytes 1500000-${body.length - 1}/${body.length}`,
        },
        body.subarray(1_500_000),
      ),
    ]);
    await downloadLink({ url: server.url, retry }).toFile(folder.file("a"));
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  });

  it("is asked for again from the start where it is not said to be the same, and not for ever", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket, request) => (request.headers.range ? answer(200, type, shorter) : cutFirst)(socket, request),
    ]);
    const failed = downloadLink({ url: server.url, retry }).toFile(folder.file("a"));
    await expect(failed).rejects.toMatchObject({ code: "INTEGRITY_CHANGED" });
    expect(server.requests).toHaveLength(8);
    expect(await folder.names()).not.toContain("a");
  });
});
