import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emulatorForTest, receive } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { EmulatorOptions } from "./emulator.ts";

const data = Buffer.from("0123456789");
const key = "folder/a b+c%é.bin";
const lastModified = new Date("2026-01-02T03:04:05.678Z");

async function withObject(options: EmulatorOptions = {}) {
  const emulator = await emulatorForTest(options);
  const { obs } = emulator.store;
  obs.put("bucket", key, bytesContent(data), { lastModified });
  return { obs, url: obs.link("bucket", key) };
}

const codeOf = (xml: Buffer) => /<Code>(\w+)<\/Code>/.exec(xml.toString())?.[1];

describe("[EMU-9] a link", () => {
  it("gives the whole object with all that OBS tells of it", async () => {
    const { url } = await withObject();
    const { status, bytes, headers } = await receive(url);
    expect([status, bytes.equals(data)]).toEqual([200, true]);
    expect(headers).toMatchObject({
      "content-length": "10",
      etag: `"${createHash("md5").update(data).digest("hex")}"`,
      "last-modified": "Fri, 02 Jan 2026 03:04:05 GMT",
      "accept-ranges": "bytes",
      "x-obs-request-id": expect.stringMatching(/^[0-9A-F]{32}$/),
    });
  });

  it.each(["obs", "aws"] as const)(
    "is signed in the dialect %s, with a security token or without",
    async (dialect) => {
      for (const securityToken of ["none", "present"] as const) {
        const { obs, url } = await withObject({ variants: { obs: { dialect, securityToken } } });
        const { pathname, searchParams } = new URL(url);
        const token = obs.linkKey.securityToken;
        const [header, resource] = {
          none: ["", ""],
          present:
            dialect === "aws"
              ? [`x-amz-security-token:${token}\n`, ""]
              : ["", `?x-obs-security-token=${token}`],
        }[securityToken];
        const text = `GET\n\n\n${searchParams.get("Expires")}\n${header}${pathname}${resource}`;
        const signature = createHmac("sha1", obs.linkKey.secretAccessKey).update(text).digest("base64");
        expect(searchParams.get("Signature")).toBe(signature);
        expect([...searchParams.keys()][0]).toBe({ obs: "AccessKeyId", aws: "AWSAccessKeyId" }[dialect]);
        expect((await receive(url)).status).toBe(200);
        if (securityToken === "present") {
          const without = url.replace(/&x-(obs|amz)-security-token=.*/, "");
          expect(codeOf((await receive(without)).bytes)).toBe("SignatureDoesNotMatch");
        }
      }
    },
  );

  it("is good for its method alone", async () => {
    const { obs, url } = await withObject();
    expect((await receive(url, { method: "HEAD" })).status).toBe(403);
    const head = await receive(obs.link("bucket", key, { method: "HEAD" }), { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.bytes.byteLength]).toEqual([200, "10", 0]);
  });

  it("is good until it expires", async () => {
    let now = new Date("2030-01-01T00:00:00Z");
    const { url } = await withObject({ now: () => now, linkLifeSeconds: 60 });
    now = new Date("2030-01-01T00:00:59Z");
    expect((await receive(url)).status).toBe(200);
    now = new Date("2030-01-01T00:01:00Z");
    const { status, bytes, headers } = await receive(url);
    expect([status, codeOf(bytes), headers["content-type"]]).toEqual([
      403,
      "AccessDenied",
      "application/xml",
    ]);
    expect(bytes.toString()).toContain("<Message>Request has expired</Message>");
  });

  it("is refused when anything in it was changed", async () => {
    const { obs, url } = await withObject();
    const other = obs.link("bucket", "other");
    const refused = async (changed: string) => {
      const { status, bytes } = await receive(changed);
      return `${status} ${codeOf(bytes)}`;
    };
    expect(await refused(url.replace(/Expires=(\d+)/, (_, time) => `Expires=${Number(time) + 60}`))).toBe(
      "403 SignatureDoesNotMatch",
    );
    expect(await refused(url.replace("folder", "folde"))).toBe("403 SignatureDoesNotMatch");
    expect(await refused(url.replace("a%20b", "a+b"))).toBe("403 SignatureDoesNotMatch");
    expect(await refused(url.replace(/Signature=[^&]+/, "Signature=AAAA"))).toBe("403 SignatureDoesNotMatch");
    expect(await refused(url.replace(/AccessKeyId=\w+/, "AccessKeyId=OTHER"))).toBe("403 InvalidAccessKeyId");
    expect(await refused(url.replace(/\?.*/, ""))).toBe("403 AccessDenied");
    expect(await refused(other)).toBe("404 NoSuchKey");
  });

  it("is refused when another proof of identity comes along", async () => {
    const { url } = await withObject();
    const { status, bytes } = await receive(url, { headers: { authorization: "SDK-HMAC-SHA256 Access=x" } });
    expect([status, codeOf(bytes)]).toEqual([400, "InvalidArgument"]);
  });

  it("leads to nothing when the object is gone", async () => {
    const { obs, url } = await withObject();
    obs.remove("bucket", key);
    expect((await receive(url)).status).toBe(404);
  });
});

describe("[EMU-10] ranges and conditions", () => {
  it.each([
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=3-5", 206, "345", "bytes 3-5/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=7-1000", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-1000", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=0-1,4-5", 200, "0123456789", undefined],
    ["bytes=5-3", 200, "0123456789", undefined],
    ["items=0-1", 200, "0123456789", undefined],
  ])("%s", async (range, status, text, contentRange) => {
    const { url } = await withObject();
    const answer = await receive(url, { headers: { range } });
    expect([answer.status, answer.bytes.toString(), answer.headers["content-range"]]).toEqual([
      status,
      text,
      contentRange,
    ]);
    expect(answer.headers["content-length"]).toBe(String(text.length));
  });

  it.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s is beyond the object", async (range) => {
    const { url } = await withObject();
    const { status, bytes, headers } = await receive(url, { headers: { range } });
    expect([status, codeOf(bytes), headers["content-range"]]).toEqual([416, "InvalidRange", "bytes */10"]);
  });

  it("an empty object has no range", async () => {
    const { obs } = await withObject();
    obs.put("bucket", "empty", bytesContent(new Uint8Array()));
    const url = obs.link("bucket", "empty");
    expect((await receive(url)).headers["content-length"]).toBe("0");
    expect((await receive(url, { headers: { range: "bytes=0-" } })).headers["content-range"]).toBe(
      "bytes */0",
    );
  });

  const etag = `"${createHash("md5").update(data).digest("hex")}"`;
  it.each<[Record<string, string>, number]>([
    [{ "if-match": etag }, 206],
    [{ "if-match": `"other", ${etag}` }, 206],
    [{ "if-match": "*" }, 206],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": `W/${etag}` }, 412],
    [{ "if-unmodified-since": "Fri, 02 Jan 2026 03:04:05 GMT" }, 206],
    [{ "if-unmodified-since": "Fri, 02 Jan 2026 03:04:04 GMT" }, 412],
    [{ "if-unmodified-since": "no date" }, 206],
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": '"other"' }, 206],
    [{ "if-modified-since": "Fri, 02 Jan 2026 03:04:05 GMT" }, 304],
    // OBS does not list If-Range: the range is given all the same.
    [{ "if-range": '"other"' }, 206],
  ])("%j", async (headers, status) => {
    const { url } = await withObject();
    const answer = await receive(url, { headers: { ...headers, range: "bytes=1-2" } });
    expect(answer.status).toBe(status);
    if (status === 206) expect(answer.bytes.toString()).toBe("12");
    if (status === 412) expect(codeOf(answer.bytes)).toBe("PreconditionFailed");
    if (status === 304) expect(answer.bytes.byteLength).toBe(0);
  });

  it("[EMU-5] the ETag of an object uploaded in parts is no MD5", async () => {
    const { url } = await withObject({ variants: { obs: { etag: "multipart" } } });
    const { headers } = await receive(url);
    expect(headers.etag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect((await receive(url, { headers: { "if-match": String(headers.etag) } })).status).toBe(200);
  });
});

it("[EMU-68] every use of a link is recorded, by the emulator's clock", async () => {
  let now = new Date("2030-01-01T00:00:00.500Z");
  const { obs, url } = await withObject({ now: () => now, linkLifeSeconds: 3 });
  expect((await receive(url)).status).toBe(200);
  now = new Date("2030-01-01T00:00:02.900Z");
  expect((await receive(url, { headers: { range: "bytes=1-" } })).status).toBe(206);
  now = new Date("2030-01-01T00:00:03Z");
  expect((await receive(url)).status).toBe(403);
  expect((await receive(url.replace(/Signature=[^&]*/, "Signature=x"))).status).toBe(403);
  const expiresAt = new Date("2030-01-01T00:00:03Z");
  const path = new URL(url).pathname;
  expect(obs.linkUses).toEqual([
    { method: "GET", path, at: new Date("2030-01-01T00:00:00.500Z"), expiresAt, verdict: "good" },
    { method: "GET", path, at: new Date("2030-01-01T00:00:02.900Z"), expiresAt, verdict: "good" },
    { method: "GET", path, at: now, expiresAt, verdict: "expired" },
    { method: "GET", path, at: now, expiresAt, verdict: "expired" },
  ]);
});

it("[EMU-68] a link that tells no time is recorded without one", async () => {
  const { obs, url } = await withObject();
  await receive(url.replace(/Expires=\d+/, "Expires=soon"));
  expect(obs.linkUses).toMatchObject([{ expiresAt: undefined, verdict: "expired" }]);
});
