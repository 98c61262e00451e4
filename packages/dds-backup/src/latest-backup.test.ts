import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf, failureOf, refusal, useService } from "./__fixtures__/service.ts";
import type { LatestBackupInput } from "./index.ts";

const service = useService();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const link = (key: string) =>
  `https://obs.cn-north-4.myhuaweicloud.com/${key}?Expires=9999999999&Signature=c2ln`;
const backupOf = (id: string, day: number, more: object = {}) => ({
  ...{ id, name: `name-${id}`, instance_id: "i1", type: "Auto", status: "COMPLETED" },
  ...{ begin_time: `2026-01-${String(day).padStart(2, "0")} 01:00:00`, end_time: "" },
  ...more,
});

/** A service with these backups, page by page; links lead to the backup's own id. */
function backups(...pages: (readonly object[])[]) {
  const list = pages.flat();
  return service.answer(({ line }) => {
    if (line.includes("obs.cn")) return new Response(`bytes of ${new URL(line.slice(4)).pathname}`);
    const backupId = /backup_id=([^&]+)/.exec(line)?.[1] ?? "";
    if (line.includes("/download-file"))
      return { files: [{ name: "a.tar.gz", download_link: link(backupId) }] };
    const offset = Number(/offset=(\d+)/.exec(line)?.[1]);
    let at = 0;
    const page = pages.find((one) => {
      at += one.length;
      return at > offset;
    });
    return { backups: page ?? [], total_count: list.length };
  });
}

const save = (input: Partial<LatestBackupInput> = {}) => {
  const dds = clientOf();
  return dds.downloadLatestBackup({ instanceId: "i1", ...input }).toDirectory(folder);
};

describe("downloadLatestBackup", () => {
  it("[DDS-26] takes the complete one that was begun last, whatever the order and the page", async () => {
    const seen = backups(
      [backupOf("b1", 1), backupOf("b4", 4, { status: "completed", type: "manual" })],
      [backupOf("b3", 3), backupOf("b5", 5, { status: "BUILDING" }), backupOf("b6", 6, { status: "FAILED" })],
      [backupOf("b7", 7, { status: "DISABLED" }), backupOf("b8", 8, { type: "incremental" })],
      [backupOf("b9", 9, { begin_time: "soon" })],
    );
    const { files, manifestPath } = await save();
    expect(await readFile(files[0]?.path ?? "", "utf8")).toBe("bytes of /b4");
    expect(manifestPath).toBe(join(folder, "b4.manifest.json"));
    expect(seen[0]?.line).toBe("GET /backups?instance_id=i1&offset=0&limit=100");
  });

  it("[DDS-26] takes one of the type that is asked for", async () => {
    const seen = backups([backupOf("b1", 1, { type: "manual" }), backupOf("b2", 2)]);
    const { manifestPath } = await save({ type: "Manual" });
    expect(manifestPath).toBe(join(folder, "b1.manifest.json"));
    expect(seen[0]?.line).toBe("GET /backups?instance_id=i1&backup_type=Manual&offset=0&limit=100");
  });

  it("[DDS-26] stays with the backup that it found, for all uses of a plan", async () => {
    const list = [backupOf("b1", 1)];
    const seen = backups(list);
    await using dds = clientOf();
    const plan = dds.downloadLatestBackup({ instanceId: "i1" });
    await plan.toDirectory(folder);
    list.push(backupOf("b2", 2));
    await Promise.all([plan.toDirectory(join(folder, "again")), plan.toDirectory(join(folder, "third"))]);
    expect(await readdir(join(folder, "again"))).toContain("b1.manifest.json");
    expect(seen.filter(({ line }) => line.startsWith("GET /backups?"))).toHaveLength(1);
    const { manifestPath } = await dds
      .downloadLatestBackup({ instanceId: "i1" })
      .toDirectory(folder, { overwrite: true });
    expect(manifestPath).toBe(join(folder, "b2.manifest.json"));
  });

  it.each<[string, object[], Partial<LatestBackupInput>, RegExp]>([
    ["none at all", [], {}, /i1 has no complete full backup\. Make one/],
    ["none of a type", [backupOf("b1", 1)], { type: "Manual" }, /no complete Manual backup/],
    [
      "none that is complete",
      [backupOf("b1", 1, { status: "BUILDING" })],
      {},
      /1 are being made and 0 failed/,
    ],
  ])("[DDS-26] says that there is %s", async (_, list, input, words) => {
    backups(list);
    const failure = await failureOf(save(input));
    expect(failure).toMatchObject({ code: "SERVICE_NOT_FOUND", operation: "ListBackups" });
    expect(String(failure)).toMatch(words);
    expect(await readdir(folder)).toEqual([]);
  });

  it("[DDS-26] names the backup when its links are refused", async () => {
    service.answer(({ line }) =>
      line.includes("/download-file")
        ? refusal(400, "DBS.201214", "The backup file does not exist.")
        : { backups: [backupOf("b1", 1)], total_count: 1 },
    );
    const failure = await failureOf(save());
    expect(failure).toMatchObject({ code: "SERVICE_NOT_FOUND", serviceCode: "DBS.201214" });
    expect(String(failure)).toContain(
      "The latest backup of i1 is name-b1 (b1). ShowBackupDownloadLink was refused",
    );
  });

  it("[DDS-5] refuses wrong input at once", async () => {
    await using dds = clientOf();
    const attempt = (input: object) => () => dds.downloadLatestBackup(input as LatestBackupInput);
    expect(attempt({})).toThrow(expect.objectContaining({ option: "instanceId" }));
    expect(attempt({ instanceId: "i1", type: "auto" })).toThrow(expect.objectContaining({ option: "type" }));
    expect(attempt({ instanceId: "i1", backupId: "b" })).toThrow(
      expect.objectContaining({ option: "backupId" }),
    );
  });
});

const denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
const closed = /^\w+: The backup download policy of this project is "close"/;

describe("a download policy that is closed", () => {
  /** Links are given or refused, and the store denies them. */
  function deny(links: () => object, policy: () => object) {
    return service.answer(({ line }) => {
      if (line.includes("obs.cn")) return new Response(denied, { status: 403 });
      return line.includes("/download-policy") ? policy() : links();
    });
  }
  const given = () => ({ files: [{ name: "a", download_link: link("b1") }] });
  const get = () => clientOf().getBackupDownloadLinks({ instanceId: "i1", backupId: "b1" });
  const download = () =>
    clientOf()
      .downloadBackup({ instanceId: "i1", backupId: "b1" })
      .toDirectory(folder, { stopOnError: true });

  it.each([
    [403, "DBS.280032"],
    [400, "DBS.280124"],
    [403, "DBS.999999"],
  ])("[DDS-19] is told where links are refused by %i %s", async (status, code) => {
    deny(
      () => refusal(status, code),
      () => ({ id: "p", action: "close" }),
    );
    for (const failure of [await failureOf(get()), await failureOf(download())]) {
      expect(failure).toMatchObject({
        code: "SERVICE_FORBIDDEN",
        status,
        serviceCode: code,
        retryable: false,
      });
      expect(String(failure)).toMatch(closed);
    }
  });

  it("[DDS-19] is told where the store denies links", async () => {
    deny(given, () => ({ id: "p", action: "close" }));
    const failure = await failureOf(download());
    expect(failure).toMatchObject({ code: "SERVICE_FORBIDDEN", status: 403, serviceCode: "AccessDenied" });
    expect(String(failure)).toMatch(closed);
    expect(String(failure)).not.toContain("c2ln");
  });

  it.each([
    ["the policy is open", () => ({ id: "p", action: "open" })],
    ["it may not be asked for", () => refusal(403, "DBS.280015")],
    ["its answer cannot be read", () => new Response("<p>")],
  ])("[DDS-19] is not blamed where %s", async (_, policy) => {
    deny(given, policy);
    const failure = await failureOf(download());
    expect(failure).toMatchObject({ code: "SERVICE_FORBIDDEN", serviceCode: "AccessDenied" });
    expect(String(failure)).not.toMatch(/policy/);
  });

  it("[DDS-19] is not asked for where the backup is not there", async () => {
    const seen = deny(
      () => refusal(400, "DBS.201214"),
      () => ({ action: "close" }),
    );
    expect(await failureOf(get())).toMatchObject({ code: "SERVICE_NOT_FOUND" });
    expect(seen).toHaveLength(1);
  });
});
