import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExportFailedError, IncompleteSetError, type TaskStatus } from "@cloudhaul/core-http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { all, clientOf, failureOf, useService } from "./__fixtures__/service.ts";
import type { DdsBackupClient, LogsInput } from "./index.ts";

const service = useService();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const store = "https://obs.cn-north-4.myhuaweicloud.com";
const link = (key: string, expires = 9999999999) =>
  `${store}:443/${key}?AWSAccessKeyId=LINKKEY01&Expires=${expires}&response-cache-control=no-cache&Signature=c2lnbmF0dXJl`;
const fileOf = (node: string, more: object = {}) => ({
  ...{ node_name: node, file_name: `${node}.log`, status: "SUCCESS", file_size: "3" },
  ...{ file_link: link(node), update_at: 1589529991385 },
  ...more,
});
const creating = {
  ...{ status: "CREATING", count: 2 },
  list: [
    fileOf("n1"),
    { node_name: "n2", file_name: "n2.log", status: "EXPORTING", file_size: "0", file_link: "" },
  ],
};
const finished = { status: "FINISH", count: 2, list: [fileOf("n1"), fileOf("n2")] };
const failed = (node: string) => fileOf(node, { status: "FAILED", file_link: null });
const poll = { pollIntervalMs: 1 };

/** Answers calls for links so, one after another and then the last again; links lead to their own path. */
function answer(...replies: object[]) {
  return service.answer(({ line }) => {
    if (!line.includes(store)) return (replies.length > 1 ? replies.shift() : replies[0]) as object;
    return new Response(`log of ${new URL(line.slice(4)).pathname}`);
  });
}

interface Kind {
  readonly path: string;
  readonly list: DdsBackupClient["listErrorLogs"];
  readonly download: DdsBackupClient["downloadErrorLogs"];
}
const kinds: readonly (readonly [string, (dds: DdsBackupClient) => Kind])[] = [
  ["error logs", (dds) => ({ path: "errorlog", list: dds.listErrorLogs, download: dds.downloadErrorLogs })],
  ["slow logs", (dds) => ({ path: "slowlog", list: dds.listSlowLogs, download: dds.downloadSlowLogs })],
];

describe.each(kinds)("%s", (_, kindOf) => {
  it("[DDS-20] are asked for by the same POST until they are there", async () => {
    const seen = answer(creating, creating, finished);
    await using dds = clientOf();
    const { path, list } = kindOf(dds);
    const told: TaskStatus[] = [];
    const options = { ...poll, onStatus: (status: TaskStatus) => void told.push(status) };
    const input = { instanceId: "i1", nodeIds: ["n1", "n2"], fileNames: ["f"] };
    expect(await all(list(input, options))).toEqual([
      {
        ...{ name: "n1.log", nodeName: "n1", status: "SUCCESS", sizeKb: 3, link: link("n1") },
        ...{ expiresAt: new Date(9999999999000), updatedAt: new Date(1589529991385) },
      },
      expect.objectContaining({ name: "n2.log", link: link("n2") }),
    ]);
    expect(seen.map(({ line, body }) => [line, body])).toEqual(
      Array.from({ length: 3 }, () => [
        `POST /instances/i1/${path}-download`,
        { node_id_list: ["n1", "n2"], file_name_list: ["f"] },
      ]),
    );
    expect(told.map(({ status, progressPercent }) => [status, progressPercent])).toEqual([
      ["CREATING", 50],
      ["CREATING", 50],
      ["FINISH", undefined],
    ]);
  });

  it("[DDS-20] go to a folder for each node, without a credential to their links", async () => {
    const seen = answer(creating, finished);
    await using dds = clientOf();
    const { path, download } = kindOf(dds);
    const { files, manifestPath } = await download({ instanceId: "i1" }, poll).toDirectory(folder);
    expect(files.map((file) => file.path)).toEqual([
      join(folder, "n1", "n1.log"),
      join(folder, "n2", "n2.log"),
    ]);
    expect(await readFile(join(folder, "n2", "n2.log"), "utf8")).toBe("log of /n2");
    expect(manifestPath.toLowerCase()).toContain(`i1-download${path}.manifest.json`);
    expect(seen[0]?.body).toEqual({ node_id_list: [], file_name_list: [] });
    const onLinks = seen.filter(({ line }) => line.includes("Signature"));
    expect(onLinks.map(({ headers }) => headers.has("authorization"))).toEqual([false, false]);
  });
});

describe("downloadErrorLogs", () => {
  it("[DDS-21] saves what could be made, and names the rest", async () => {
    answer({ status: "FAILED", list: [failed("n1"), fileOf("n2")] });
    await using dds = clientOf();
    const failure = await failureOf(dds.downloadErrorLogs({ instanceId: "i1" }, poll).toDirectory(folder));
    expect(IncompleteSetError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({
      saved: [{ path: join(folder, "n2", "n2.log") }],
      failures: [{ name: join("n1", "n1.log"), error: { code: "EXPORT_FAILED" } }],
    });
    expect(String(failure)).toContain("could not make the file n1.log");
  });

  it("[DDS-21] fails where none could be made, with the nodes", async () => {
    answer({ status: "FAILED", list: [failed("n1"), failed("n2")] });
    await using dds = clientOf();
    const plan = dds.downloadErrorLogs({ instanceId: "i1" }, poll);
    const failure = await failureOf(plan.toDirectory(folder));
    expect(ExportFailedError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ taskId: "i1", reason: "no log could be made of n1, n2" });
  });

  it("[DDS-21] takes a log of JSON for what it is", async () => {
    const line = '{"t":{"$date":"2026-01-01T00:00:00.000+00:00"},"s":"E"}';
    service.answer((asked) =>
      asked.line.includes(store)
        ? new Response(line, { headers: { "content-type": "application/json" } })
        : { status: "FINISH", list: [fileOf("n1")] },
    );
    await using dds = clientOf();
    await dds.downloadErrorLogs({ instanceId: "i1" }, poll).toDirectory(folder);
    expect(await readFile(join(folder, "n1", "n1.log"), "utf8")).toBe(line);
  });

  it("[DDS-21] saves nothing where there are no logs", async () => {
    answer({ status: "FINISH", list: null, count: 0 });
    await using dds = clientOf();
    const { files } = await dds.downloadErrorLogs({ instanceId: "i1" }, poll).toDirectory(folder);
    expect(files).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("[DDS-21] gets a fresh link by asking again, and waits until it is there", async () => {
    const expired = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    const old = { status: "FINISH", list: [fileOf("n1", { file_link: link("old") })] };
    const replies = [old, creating, { status: "FINISH", list: [fileOf("n1")] }];
    service.answer(({ line }) => {
      if (!line.includes(store)) return replies.shift() as object;
      return line.includes("/old") ? new Response(expired, { status: 403 }) : new Response("fresh");
    });
    await using dds = clientOf();
    await dds.downloadErrorLogs({ instanceId: "i1" }, poll).toDirectory(folder);
    expect(await readFile(join(folder, "n1", "n1.log"), "utf8")).toBe("fresh");
    expect(replies).toEqual([]);
  });

  it("[DDS-21] ends with the signal's reason while it waits", async () => {
    answer(creating);
    const ending = new AbortController();
    const reason = new Error("enough");
    await using dds = clientOf();
    const options = { pollIntervalMs: 60_000, onStatus: () => ending.abort(reason) };
    const saving = dds.downloadErrorLogs({ instanceId: "i1" }, options);
    await expect(saving.toDirectory(folder, { signal: ending.signal })).rejects.toBe(reason);
  });

  it.each([
    [{}, {}, "instanceId"],
    [{ instanceId: "i1", nodeIds: "n1" }, {}, "nodeIds"],
    [{ instanceId: "i1", nodes: [] }, {}, "nodes"],
    [{ instanceId: "i1" }, { timeoutMs: 0 }, "timeoutMs"],
  ])("[DDS-5] refuses %j with %j at once", async (input, options, option) => {
    await using dds = clientOf();
    const refusal = expect.objectContaining({ code: "CONFIGURATION", option });
    expect(() => dds.downloadErrorLogs(input as LogsInput, options)).toThrow(refusal);
    expect(() => dds.listSlowLogs(input as LogsInput, options)).toThrow(refusal);
  });
});
