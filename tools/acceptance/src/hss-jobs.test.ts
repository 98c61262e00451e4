import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fromAccessKey } from "@cloudhaul/core-auth";
import type { ProgressEvent } from "@cloudhaul/core-http";
import {
  type Emulator,
  type FaultRule,
  startEmulator,
  type VariantOptions,
  zipContent,
} from "@cloudhaul/emulator";
import {
  createHssDownloadClient,
  type ExportInputs,
  type ExportKind,
  type ExportOptions,
  type HssDownloadClient,
  type HssDownloadClientOptions,
} from "@cloudhaul/hss-download";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf } from "./emulator-environment.ts";
import { journalIn } from "./journal-lines.ts";
import { type KillableProgram, startProgram } from "./killable-program.ts";
import { sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "hss-jobs", bytes: 200_000 });
const quick: ExportOptions = { pollIntervalMs: 30 };
const headers = [["host_name", "Server"]] as const;

/** An emulated HSS whose exports take a third of a second. */
async function emulatedHss(variants: VariantOptions = {}, now = () => new Date()): Promise<Emulator> {
  const emulator = await startEmulator({ variants, now });
  onTestFinished(() => emulator.close());
  emulator.store.hss.tasks.planAll({ seconds: 0.3, content });
  emulator.store.hss.addMonthlyReport("2026-10");
  return emulator;
}

function clientOf(emulator: Emulator, options: Partial<HssDownloadClientOptions> = {}): HssDownloadClient {
  const { accessKey, projectId, region, url } = emulator;
  const hss = createHssDownloadClient({
    ...{ region, projectId, endpoint: url, credentials: fromAccessKey(accessKey) },
    retry: { baseDelayMs: 1 },
    ...options,
  });
  onTestFinished(() => hss.close());
  return hss;
}

const starts = ({ requests }: Emulator): number => requests.filter(({ method }) => method === "POST").length;

/** The least that each export needs. */
const inputs: ExportInputs = {
  vulnerabilities: { category: "host" },
  handledVulnerabilities: { headers, specificVuls: [{ hostId: "h", vulId: "v" }] },
  vulnerabilityHistory: { headers },
  events: { category: "host", eventId: "e", headers, lastDays: 1 },
  antivirusResults: {},
  baselineReport: { headers },
  containers: { headers, createTimeStart: 0 },
  clusterRisks: { headers, fileType: "dockerfile" },
  imageReport: { securityReportType: "apps" },
  imageBaseline: {},
  imageVulnerabilities: {},
  webTamperHosts: { headers },
  assets: { assetType: "port", headers, searchParam: { port_string: "8080" } },
  operationReport: { reportId: "2026-10" },
};
const kinds = Object.keys(inputs) as readonly ExportKind[];

/** `hss.exportAssets(input)` for `assets`. */
function plan(hss: HssDownloadClient, kind: ExportKind, input: object = inputs[kind], options = quick) {
  const name = `export${kind[0]?.toUpperCase()}${kind.slice(1)}` as "exportAssets";
  return hss[name](input as ExportInputs["assets"], options);
}

describe.each(["own", "any"] as const)("HSS whose endpoints for polling know %s tasks", (pollEndpoints) => {
  it.each(kinds)("[HSS-16] exports %s in one call", async (kind) => {
    const emulator = await emulatedHss({ hss: { pollEndpoints } });
    const folder = await temporaryFolder();
    const phases: ProgressEvent["phase"][] = [];
    const saved = await plan(clientOf(emulator), kind).toFile(`${folder}/`, {
      onProgress: ({ phase }) => phases.push(phase),
    });
    expect(saved).toMatchObject({ bytes: content.bytes, sha256: await content.sha256() });
    expect(await sha256OfFile(saved.path)).toBe(await content.sha256());
    expect(await readdir(folder)).toEqual([basename(saved.path)]);
    expect(basename(saved.path)).toMatch(/^hss-.+-[0-9a-f]{8}\.zip$/);
    expect(starts(emulator)).toBe(1);
    expect(phases).toContain("exporting");
    const polls = emulator.requests.filter(({ path }) => path.includes("/export-task/"));
    expect(polls.length).toBeGreaterThan(0);
    expect(polls.map(({ status }) => status)).toEqual(polls.map(() => 200));
  });

  it("[HSS-16] tells of a task by its id alone, whatever started it", async () => {
    let aheadMs = 0;
    const emulator = await emulatedHss({ hss: { pollEndpoints } }, () => new Date(Date.now() + aheadMs));
    emulator.store.hss.tasks.planAll({ seconds: 10, content });
    const hss = clientOf(emulator);
    for (const kind of kinds) {
      const { taskId, recordTotal } = await hss.startExport({ kind, ...inputs[kind] } as never);
      expect(recordTotal).toBe(/^(events|imageBaseline|imageVulnerabilities)$/.test(kind) ? 16 : undefined);
      expect(await hss.getExport({ taskId })).toMatchObject({ status: "running", fileId: undefined });
      aheadMs += 10_000;
      const { fileId, fileName = "" } = await hss.waitForExport({ taskId }, quick);
      expect(fileName).toMatch(/^hss-/);
      const { length } = await hss.downloadExportedFile({ fileId }).toBytes({ maxBytes: 1e6 });
      expect(length).toBe(content.bytes);
    }
  });
});

it("[HSS-16] tells how an export goes while it is waited for", async () => {
  const emulator = await emulatedHss();
  emulator.store.hss.tasks.planAll({ seconds: 2, content });
  const lines: string[] = [];
  const options: ExportOptions = { ...quick, onStatus: ({ status }) => lines.push(status) };
  const told: (string | undefined)[] = [];
  await plan(clientOf(emulator), "events", inputs.events, options).toBytes({
    maxBytes: 1e6,
    onProgress: ({ task }) => told.push(task?.status),
  });
  expect(lines.length).toBeGreaterThan(2);
  expect(lines).toEqual([...lines.slice(1).map(() => "running"), "success"]);
  expect(told).toContain("running");
});

describe("what HSS refuses", () => {
  const refused = async (kind: ExportKind, emulator: Emulator, input: object, client = {}) =>
    plan(clientOf(emulator, client), kind, input)
      .toBytes({ maxBytes: 1e6 })
      .catch((error: unknown) => error);

  it("[HSS-16] a report, a task and a file that are not there: not found", async () => {
    const emulator = await emulatedHss();
    const expected = { name: "ServiceError", kind: "not-found", serviceCode: "HSS.0011" };
    expect(await refused("operationReport", emulator, { reportId: "2020-01" })).toMatchObject(expected);
    const hss = clientOf(emulator);
    await expect(hss.getExport({ taskId: "none" })).rejects.toMatchObject(expected);
    await expect(hss.waitForExport({ taskId: "none" })).rejects.toMatchObject(expected);
    const file = hss.downloadExportedFile({ fileId: "none" });
    await expect(file.toBytes({ maxBytes: 1 })).rejects.toMatchObject(expected);
  });

  it("[HSS-16] the tasks and files of another account: not found", async () => {
    const emulator = await emulatedHss();
    const { accessKey, projectId } = emulator.addAccount();
    const { taskId } = await clientOf(emulator).startExport({ kind: "antivirusResults" });
    const other = clientOf(emulator, { credentials: fromAccessKey(accessKey), projectId });
    await expect(other.getExport({ taskId })).rejects.toMatchObject({ kind: "not-found" });
  });

  it("[HSS-16] a failed export: as such, and the same call starts another", async () => {
    const emulator = await emulatedHss();
    emulator.store.hss.tasks.planNext({ seconds: 0.1, outcome: "fails" });
    const folder = await temporaryFolder();
    const download = plan(clientOf(emulator), "assets");
    const path = join(folder, "assets.zip");
    await expect(download.toFile(path)).rejects.toMatchObject({
      name: "ExportFailedError",
      code: "EXPORT_FAILED",
      taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await download.toFile(path)).toMatchObject({ sha256: await content.sha256() });
    expect(starts(emulator)).toBe(2);
  });

  it("[HSS-16] an enterprise project without a right to it: forbidden, until it is named", async () => {
    const emulator = await emulatedHss();
    emulator.store.hss.grantEnterpriseProjects(["eps-1"]);
    expect(await refused("antivirusResults", emulator, {})).toMatchObject({
      name: "ServiceError",
      kind: "forbidden",
      serviceCode: "HSS.0013",
    });
    const named = plan(clientOf(emulator), "antivirusResults", { enterpriseProjectId: "eps-1" });
    expect(await named.toBytes({ maxBytes: 1e6 })).toHaveLength(content.bytes);
  });

  it("[HSS-16] another project, and a wrong secret", async () => {
    const emulator = await emulatedHss();
    expect(await refused("antivirusResults", emulator, {}, { projectId: "0123" })).toMatchObject({
      name: "ServiceError",
      kind: "forbidden",
    });
    const accessKey = { ...emulator.accessKey, secretAccessKey: "wrong" };
    const credentials = fromAccessKey(accessKey);
    expect(await refused("antivirusResults", emulator, {}, { credentials })).toMatchObject({
      name: "AuthenticationError",
    });
  });

  it("[HSS-16] a request for its rate: tried again, and then throttled", async () => {
    const emulator = await emulatedHss();
    const body = JSON.stringify({ error_code: "APIG.0308", error_msg: "over ratelimit" });
    emulator.faults.add({ match: "POST", times: 2, answer: { status: 429, body } });
    const download = plan(clientOf(emulator), "antivirusResults");
    expect(await download.toBytes({ maxBytes: 1e6 })).toHaveLength(content.bytes);
    emulator.faults.add({ match: "POST", times: 100, answer: { status: 429, body } });
    expect(await refused("antivirusResults", emulator, {})).toMatchObject({
      name: "ServiceError",
      kind: "throttled",
      serviceCode: "APIG.0308",
    });
  });

  it("[HSS-12] a start whose answer is lost is not sent again", async () => {
    const emulator = await emulatedHss();
    emulator.faults.add({ match: "POST", drop: "after" });
    expect(await refused("antivirusResults", emulator, {})).toMatchObject({
      name: "LostStartError",
      code: "START_LOST",
    });
    expect(starts(emulator)).toBe(1);
  });

  it("[HSS-16] nothing that passes: a job outlives refused connections, errors and a cut", async () => {
    const emulator = await emulatedHss({
      hss: { etag: "strong", ranges: "honoured", length: "content-length" },
    });
    emulator.faults.add({ match: "/export-task/", times: 3, drop: "before" });
    emulator.faults.add({ match: "/export-task/", times: 3, answer: { status: 503 } });
    emulator.faults.add({ match: "/download/", cut: { afterBytes: 100_000, by: "reset" } });
    const folder = await temporaryFolder();
    const saved = await plan(clientOf(emulator), "events").toFile(`${folder}/`);
    expect(await sha256OfFile(saved.path)).toBe(await content.sha256());
    expect(starts(emulator)).toBe(1);
  });
});

it("[HSS-14] lists every monthly report, the newest first", async () => {
  const emulator = await emulatedHss();
  const months = Array.from(
    { length: 30 },
    (_, index) => `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
  );
  for (const month of months) emulator.store.hss.addMonthlyReport(month);
  const found: string[] = [];
  for await (const { reportId } of clientOf(emulator).listOperationReports()) found.push(reportId);
  expect(found).toEqual(["2026-10", ...months.reverse()]);
});

/** When a kill falls. */
interface Moment {
  readonly name: string;
  readonly fault?: FaultRule;
  reached(emulator: Emulator): boolean;
  /** How long after that, in milliseconds. */
  readonly lateMs?: number;
  /** What the journal may say then; `none` once the file has its name. */
  readonly stages: readonly string[];
  /** Whether nobody can know the task that was started. */
  readonly losesStart?: true;
}

const slow = zipContent({ seed: "hss-kills", bytes: 2 * 1024 ** 2 });
const asks = ({ requests }: Emulator, words: string) => requests.filter(({ path }) => path.includes(words));

const moments: readonly Moment[] = [
  {
    name: "while it starts the export",
    fault: { match: "POST", delayMs: 2_000 },
    reached: (emulator) => starts(emulator) > 0,
    lateMs: 50,
    stages: ["starting"],
    losesStart: true,
  },
  {
    name: "while it waits",
    reached: (emulator) => asks(emulator, "/export-task/").length > 1,
    stages: ["task"],
  },
  {
    name: "before the first byte",
    fault: { match: "/download/", delayMs: 2_000 },
    reached: (emulator) => asks(emulator, "/download/").length > 0,
    lateMs: 20,
    stages: ["source"],
  },
  {
    name: "in mid-file",
    fault: { match: "/download/", bytesPerSecond: 4 * 1024 ** 2 },
    reached: (emulator) => (asks(emulator, "/download/")[0]?.bytesSent ?? 0) > slow.bytes / 2,
    stages: ["transfer"],
  },
  {
    name: "after the last byte",
    reached: (emulator) => asks(emulator, "/download/")[0]?.bytesSent === slow.bytes,
    stages: ["transfer", "publishing", "none"],
  },
];

async function until(isSo: () => boolean, run: KillableProgram): Promise<void> {
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  while (!isOver && !isSo()) await sleep(1);
}

const resumable = { etag: "strong", ranges: "honoured", length: "content-length" } as const;

describe.each([
  ["that resumes", resumable],
  ["of the least help", {}],
] as const)("HSS %s", (_, variants) => {
  it.each(moments)("[HSS-15] killed $name: the same call, one task, the right file", async (moment) => {
    const emulator = await emulatedHss({ hss: variants });
    emulator.store.hss.tasks.planAll({ seconds: 1, content: slow });
    const folder = await temporaryFolder();
    const path = join(folder, "vulns.zip");
    const start = () =>
      startProgram(join(import.meta.dirname, "save-hss-export.ts"), {
        arguments: [path],
        env: environmentOf(emulator),
      });
    if (moment.fault) emulator.faults.add(moment.fault);
    const run = start();
    await until(() => moment.reached(emulator), run);
    await sleep(moment.lateMs ?? 0);
    run.kill();
    await run.ended;
    emulator.faults.clear();
    const stage = (await journalIn(folder))?.stage ?? "none";
    expect(moment.stages).toContain(stage);
    const { stdout, stderr } = await start().ended;
    expect(stderr, stage).toBe("");
    const answer = JSON.parse(stdout) as { readonly code?: string; readonly sha256?: string };
    expect(starts(emulator), stage).toBe(1);
    if (moment.losesStart) {
      expect(answer).toMatchObject({ code: "START_LOST" });
      expect(JSON.parse((await start().ended).stdout)).toMatchObject({ sha256: await slow.sha256() });
      expect(starts(emulator)).toBe(2);
    } else if (stage === "none") expect(answer).toMatchObject({ code: "TARGET_EXISTS" });
    else expect(answer).toMatchObject({ sha256: await slow.sha256() });
    expect(await sha256OfFile(path)).toBe(await slow.sha256());
    expect(await readdir(folder)).toEqual(["vulns.zip"]);
    await rm(path);
  });
});
