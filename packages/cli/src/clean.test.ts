import { mkdir, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { cloudhaul, jsonLines, start } from "./__fixtures__/cloudhaul.ts";
import { startFileServer } from "./__fixtures__/file-server.ts";
import { temporaryFolder } from "./__fixtures__/temporary-folder.ts";

let folder = "";
const line = (fields: object): string => `${JSON.stringify(fields)}\n`;
const claim = (pid: number): string => `${pid}--0123456789abcdef@${encodeURIComponent(hostname())}`;

const draft = `.cloudhaul-ffffffffffffffff.draft-${claim(2 ** 22 + 1)}`;

/** A folder with what every kind of end leaves behind, and files of the user's. */
beforeEach(async () => {
  folder = await temporaryFolder();
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const journal = { formatVersion: 1, source: "hss://host/p/f-1", stage: "source" };
  await write(".cloudhaul-aaaaaaaaaaaaaaaa.part", "x".repeat(2000));
  await write(".cloudhaul-aaaaaaaaaaaaaaaa.journal", line(journal) + line({ stage: "transfer" }));
  await mkdir(join(folder, ".cloudhaul-aaaaaaaaaaaaaaaa.lock"));
  await write(join(".cloudhaul-aaaaaaaaaaaaaaaa.lock", claim(2 ** 22 + 1)), "");
  await write(".cloudhaul-bbbbbbbbbbbbbbbb.part", "running");
  await mkdir(join(folder, ".cloudhaul-bbbbbbbbbbbbbbbb.lock"));
  await write(join(".cloudhaul-bbbbbbbbbbbbbbbb.lock", claim(process.pid)), "");
  await write(".cloudhaul-cccccccccccccccc.part", "may be all there is");
  const once = { ...journal, source: "roma://host/p/i/a", repeat: "never" };
  await write(
    ".cloudhaul-cccccccccccccccc.journal",
    line(once) + line({ stage: "sent" }) + line({ stage: "transfer" }),
  );
  await write(".cloudhaul-dddddddddddddddd.journal", line({ formatVersion: 99, source: "?" }));
  await write(".cloudhaul-eeeeeeeeeeeeeeee.journal.new", "");
  await write(draft, "{");
  for (const name of ["a.zip", ".cloudhaul-notes", "b-1.manifest.json", ".cloudhaul-aaaa.part"])
    await write(name, "mine");
  await mkdir(join(folder, "below"));
  await writeFile(join(folder, "below", ".cloudhaul-aaaaaaaaaaaaaaaa.part"), "");
});

const mine = [".cloudhaul-aaaa.part", ".cloudhaul-notes", "a.zip", "b-1.manifest.json", "below"];
const running = [".cloudhaul-bbbbbbbbbbbbbbbb.lock", ".cloudhaul-bbbbbbbbbbbbbbbb.part"];
const onceOnly = [
  ".cloudhaul-cccccccccccccccc.journal",
  ".cloudhaul-cccccccccccccccc.part",
  ".cloudhaul-dddddddddddddddd.journal",
];

describe("clean", () => {
  it("[CLI-17] shows what it would remove, and removes nothing", async () => {
    const before = await readdir(folder);
    const { exitCode, stdout, stderr } = await cloudhaul(["clean", folder]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n").sort()).toEqual(
      [
        ".cloudhaul-aaaaaaaaaaaaaaaa.journal",
        ".cloudhaul-aaaaaaaaaaaaaaaa.lock",
        ".cloudhaul-aaaaaaaaaaaaaaaa.part",
        ".cloudhaul-eeeeeeeeeeeeeeee.journal.new",
        draft,
      ].map((name) => join(folder, name)),
    );
    expect(stderr).toContain("would remove: hss://host/p/f-1, 2.");
    expect(stderr).toContain(`cloudhaul clean ${folder} --yes`);
    expect(await readdir(folder)).toEqual(before);
  });

  it("[CLI-17] removes it, but nothing of a running download, of one that comes once, or of the user's", async () => {
    const { exitCode, stdout } = await cloudhaul(["clean", folder, "--yes", "--json"]);
    expect(exitCode).toBe(0);
    expect((await readdir(folder)).sort()).toEqual([...mine, ...running, ...onceOnly].sort());
    const fates = jsonLines(stdout).map(({ fate, state }) => `${fate} ${state}`);
    expect(fates.filter((text) => text.startsWith("kept")).sort()).toEqual([
      "kept in-use",
      "kept once-only",
      "kept once-only",
    ]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "summary", removed: true, files: 5 });
  });

  it("[CLI-17] removes what is left of files that come once when told so", async () => {
    expect((await cloudhaul(["clean", folder, "--yes", "--markers"])).exitCode).toBe(0);
    expect((await readdir(folder)).sort()).toEqual([...mine, ...running].sort());
  });

  it("[CLI-17] leaves alone a download that is running right now", async () => {
    const { url } = await startFileServer(Buffer.alloc(3_000_000), 2_000_000);
    const target = await temporaryFolder();
    const { child, ended } = start(["get", `${url}/a`, "-o", `${target}/`]);
    while (!(await readdir(target)).some((name) => name.endsWith(".part"))) await sleep(20);
    const { stdout, stderr } = await cloudhaul(["clean", target, "--yes", "--markers", "--json"]);
    expect(stderr).toBe("");
    expect(jsonLines(stdout)[0]).toMatchObject({ fate: "kept", state: "in-use" });
    child.kill("SIGTERM");
    expect((await ended).exitCode).toBe(130);
  });

  it("[CLI-17] a folder that is none is an error", async () => {
    expect(await cloudhaul(["clean", join(folder, "none")])).toMatchObject({ exitCode: 8, stdout: "" });
    expect(await cloudhaul(["clean", join(folder, "a.zip")])).toMatchObject({ exitCode: 8, stdout: "" });
  });
});
