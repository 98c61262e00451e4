import { describe, expect, it } from "vitest";
import { emulatorForTest, json, signed, withToken } from "./__fixtures__/client.ts";
import { bytesContent, randomContent } from "./content.ts";
import type { DownloadVariants } from "./variants.ts";
import { zipContent } from "./zip-content.ts";

const content = bytesContent(Buffer.from("0123456789"), { fileName: 'name "é".zip' });

it("[EMU-4] HSS gives an exported file, and 400 for one it does not know", async () => {
  const emulator = await emulatorForTest();
  const file = zipContent({ seed: "hss", bytes: 300_000 });
  const { fileId } = emulator.store.hss.addFile({ content: file });
  const path = `/v5/${emulator.projectId}/download`;
  const answer = await signed(emulator, `${path}/${fileId}?enterprise_project_id=all_granted_eps`);
  expect(await bytesContent(answer.bytes).sha256()).toBe(await file.sha256());
  const missing = await signed(emulator, `${path}/unknown`);
  expect([missing.status, json(missing).error_code]).toEqual([400, "HSS.0011"]);
});

it("[EMU-4] IoTDA gives the file of an export task, and 404 for one it does not know", async () => {
  const emulator = await emulatorForTest();
  const { exportTaskId } = emulator.store.iotda.addExportTask({ content });
  const path = (id: string) => `/v5/iot/${emulator.projectId}/export-tasks/${id}/file`;
  expect((await signed(emulator, path(exportTaskId))).bytes.toString()).toBe("0123456789");
  expect((await signed(emulator, path("0".repeat(24)))).status).toBe(404);
});

it.each([
  ["forbidden", 403, "IOTDA.021101"],
  ["throttled", 429, "APIGW.0308"],
] as const)(
  "[EMU-5] IoTDA can hold to one download in 30 seconds (%s)",
  async (downloadInterval, status, code) => {
    let now = new Date("2030-01-01T00:00:00Z");
    const emulator = await emulatorForTest({ now: () => now, variants: { iotda: { downloadInterval } } });
    const { exportTaskId } = emulator.store.iotda.addExportTask({ content });
    const path = `/v5/iot/${emulator.projectId}/export-tasks/${exportTaskId}/file`;
    expect((await withToken(emulator, path)).status).toBe(200);
    const early = await withToken(emulator, path);
    expect([early.status, json(early).error_code]).toEqual([status, code]);
    now = new Date("2030-01-01T00:00:30Z");
    expect((await withToken(emulator, path)).status).toBe(200);
  },
);

it("[EMU-4] MetaStudio gives a result, and 400 for a task it does not know", async () => {
  const emulator = await emulatorForTest();
  const { taskId } = emulator.store.metastudio.addResult({ content });
  const path = `/v2/${emulator.projectId}/ies/result`;
  expect((await signed(emulator, `${path}/${taskId}`)).bytes.toString()).toBe("0123456789");
  const missing = await signed(emulator, `${path}/unknown`);
  expect([missing.status, json(missing).error_code]).toEqual([400, "MSS.10001004"]);
});

describe("[EMU-6] ROMA Connect", () => {
  it("gives an archive once", async () => {
    const emulator = await emulatorForTest();
    const { instanceId, archiveId } = emulator.store.roma.addArchive({ content });
    const path = `/v2/${emulator.projectId}/instances/${instanceId}/assets/archives/${archiveId}`;
    expect((await signed(emulator, path)).bytes.toString()).toBe("0123456789");
    const second = await signed(emulator, path);
    expect([second.status, Object.keys(json(second)).sort()]).toEqual([
      400,
      ["error_code", "error_details", "error_msg", "request_id"],
    ]);
    expect(emulator.store.roma.archives.size).toBe(0);
  });

  it("gives it not even once more when the first transfer was cut, but a refused identity spends nothing", async () => {
    const emulator = await emulatorForTest({ variants: { roma: { secondAnswer: "empty" } } });
    const { instanceId, archiveId } = emulator.store.roma.addArchive({ content });
    const path = `/v2/${emulator.projectId}/instances/${instanceId}/assets/archives/${archiveId}`;
    expect((await withToken(emulator, path, { "x-auth-token": "wrong" })).status).toBe(400);
    emulator.faults.add({ drop: "after" });
    await expect(signed(emulator, path)).rejects.toThrow();
    const second = await signed(emulator, path);
    expect([second.status, second.bytes.byteLength]).toEqual([200, 0]);
  });
});

it("[EMU-18] ROMA Connect lists the instances that hold an archive, to those who prove who they are", async () => {
  const emulator = await emulatorForTest();
  const path = `/v2/${emulator.projectId}/instances`;
  const nothing = await signed(emulator, path);
  expect([nothing.status, json(nothing)]).toEqual([200, { total: 0, size: 0, instances: [] }]);
  emulator.store.roma.addArchive({ instanceId: "instance-1", content });
  emulator.store.roma.addArchive({ instanceId: "instance-1", content });
  emulator.store.roma.addArchive({ instanceId: "instance-2", content });
  const listed = json(await withToken(emulator, `${path}?limit=10&offset=0`));
  expect(listed).toMatchObject({ total: 2, instances: [{ id: "instance-1" }, { id: "instance-2" }] });
  expect(emulator.store.roma.archives.size).toBe(3);
  const refused = await withToken(emulator, path, { "x-auth-token": "wrong" });
  expect([refused.status, json(refused).error_code]).toEqual([400, "ROMA.1002"]);
  expect((await signed(emulator, "/v2/another-project/instances")).status).toBe(403);
});

describe("DDS", () => {
  const files = [
    {
      name: "config 1+é.tar.gz",
      content: randomContent({ seed: "config", bytes: 2049 }),
      groupId: "g1",
      groupName: "config",
    },
    { name: "shard.tar.gz", content: randomContent({ seed: "shard", bytes: 5000 }) },
  ];

  it("[EMU-7] gives links that lead to the files", async () => {
    const now = new Date("2030-08-16T10:00:14.500Z");
    const emulator = await emulatorForTest({ now: () => now });
    const { instanceId, backupId } = emulator.store.dds.addBackup({ files });
    const path = `/v3/${emulator.projectId}/backups/download-file?instance_id=${instanceId}&backup_id=${backupId}`;
    const answer = json(await signed(emulator, path, { date: now }));
    expect(answer).toMatchObject({
      files: [
        {
          name: files[0]?.name,
          size: 3,
          link_expired_time: "2030-08-16T10:15:14+0000",
          group_id: "g1",
          group_name: "config",
        },
        { name: files[1]?.name, size: 5, link_expired_time: "2030-08-16T10:15:14+0000" },
      ],
      bucket: expect.any(String),
    });
    for (const [index, file] of (answer.files as { download_link: string }[]).entries()) {
      const downloaded = new Uint8Array(await (await fetch(file.download_link)).arrayBuffer());
      expect(await bytesContent(downloaded).sha256()).toBe(await files[index]?.content.sha256());
    }
  });

  it("[EMU-5] can write the day as the vendor's sample does", async () => {
    const now = new Date("2018-08-16T10:00:14Z");
    const emulator = await emulatorForTest({
      now: () => now,
      variants: { dds: { linkExpiredTime: "malformed" } },
    });
    const { instanceId, backupId } = emulator.store.dds.addBackup({ files });
    const path = `/v3/${emulator.projectId}/backups/download-file?instance_id=${instanceId}&backup_id=${backupId}`;
    expect((await withToken(emulator, path)).bytes.toString()).toContain("2018-08-016T10:15:14+0000");
  });

  it("[EMU-7] tells an unknown instance, an unknown backup and a missing parameter apart", async () => {
    const emulator = await emulatorForTest();
    const { instanceId, backupId } = emulator.store.dds.addBackup({ files });
    const ask = async (query: string) => {
      const answer = await withToken(emulator, `/v3/${emulator.projectId}/backups/download-file?${query}`);
      return [answer.status, json(answer).error_code];
    };
    expect(await ask(`instance_id=x&backup_id=${backupId}`)).toEqual([404, "DBS.200002"]);
    expect(await ask(`instance_id=${instanceId}&backup_id=x`)).toEqual([400, "DBS.201214"]);
    expect(await ask(`instance_id=${instanceId}`)).toEqual([400, "DBS.200001"]);
  });
});

describe("[EMU-5] variants", () => {
  async function download(all: Partial<DownloadVariants>, headers: Record<string, string> = {}) {
    const emulator = await emulatorForTest({ variants: { all } });
    const lastModified = new Date("2026-01-02T03:04:05.678Z");
    const { fileId } = emulator.store.hss.addFile({ content, lastModified });
    return withToken(emulator, `/v5/${emulator.projectId}/download/${fileId}`, headers);
  }

  it("tells as little as it can by default", async () => {
    const { headers, status, bytes } = await download({}, { range: "bytes=2-3", "if-match": '"x"' });
    expect([status, bytes.toString(), headers["content-type"]]).toEqual([
      200,
      "0123456789",
      "application/octet-stream",
    ]);
    for (const name of ["content-length", "etag", "last-modified", "accept-ranges", "content-disposition"]) {
      expect(headers).not.toHaveProperty(name);
    }
    expect(headers["transfer-encoding"]).toBe("chunked");
  });

  it.each<[Partial<DownloadVariants>, string, string | RegExp | undefined]>([
    [{ length: "content-length" }, "content-length", "10"],
    [{ etag: "strong" }, "etag", /^"[^"]+"$/],
    [{ etag: "weak" }, "etag", /^W\/"[^"]+"$/],
    [{ lastModified: "present" }, "last-modified", "Fri, 02 Jan 2026 03:04:05 GMT"],
    [{ contentType: "zip" }, "content-type", "application/zip"],
    [{ contentType: "none" }, "content-type", undefined],
    [{ disposition: "plain" }, "content-disposition", 'attachment; filename="name \\"_\\".zip"'],
    [
      { disposition: "rfc8187" },
      "content-disposition",
      'attachment; filename="name \\"_\\".zip"; filename*=UTF-8\'\'name%20%22%C3%A9%22.zip',
    ],
    [{ ranges: "honoured" }, "accept-ranges", "bytes"],
  ])("%j", async (variants, name, expected) => {
    const { headers } = await download(variants);
    if (expected instanceof RegExp) expect(headers[name]).toMatch(expected);
    else expect(headers[name]).toBe(expected);
  });

  it("honours ranges under a strong ETag alone", async () => {
    const strong = { ranges: "honoured", etag: "strong", length: "content-length" } as const;
    const etag = String((await download(strong)).headers.etag);
    const part = await download(strong, { range: "bytes=2-3", "if-match": etag });
    expect([part.status, part.bytes.toString(), part.headers["content-range"]]).toEqual([
      206,
      "23",
      "bytes 2-3/10",
    ]);
    expect((await download(strong, { "if-match": '"other"' })).status).toBe(412);
    const weak = { ...strong, etag: "weak" } as const;
    expect((await download(weak, { "if-match": `W/${etag}` })).status).toBe(412);
    const beyond = await download(strong, { range: "bytes=10-" });
    expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, "bytes */10"]);
  });

  it("refuses a variant that it does not know", async () => {
    const wrong = (variants: unknown) => emulatorForTest({ variants: variants as { all: object } });
    await expect(wrong({ all: { etags: "strong" } })).rejects.toThrow(/etags.*known are: length/);
    await expect(wrong({ hss: { etag: "big" } })).rejects.toThrow(/etag may be none or weak or strong/);
    await expect(wrong({ ecs: {} })).rejects.toThrow(/No service ecs/);
  });
});

it("[EMU-8] two emulators share nothing", async () => {
  const [one, other] = [await emulatorForTest(), await emulatorForTest()];
  const { fileId } = one.store.hss.addFile({ content });
  expect(json(await withToken(other, `/v5/${other.projectId}/download/${fileId}`)).error_code).toBe(
    "HSS.0011",
  );
  expect((await withToken(one, "/v3/projects", { "x-auth-token": other.token })).status).toBe(401);
});
