import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cloudhaul, jsonLines, mainFile, start } from "./__fixtures__/cloudhaul.ts";
import { startFileServer, startServer } from "./__fixtures__/file-server.ts";
import { temporaryFolder } from "./__fixtures__/temporary-folder.ts";

const content = randomBytes(3_000_000);
const sha256 = createHash("sha256").update(content).digest("hex");

describe("a file", () => {
  it("[CLI-3] is saved under the server's name, and its path is all there is on stdout", async () => {
    const folder = await temporaryFolder();
    const { url } = await startFileServer(content);
    const { exitCode, stdout, stderr } = await cloudhaul(["get", `${url}/a.bin`], { cwd: folder });
    expect([exitCode, stdout]).toEqual([0, "a.bin\n"]);
    expect(stderr).toContain(`a.bin: 2.9 MiB in `);
    expect(stderr).toContain(sha256);
    expect(await readFile(join(folder, "a.bin"))).toEqual(content);
    expect(await readdir(folder)).toEqual(["a.bin"]);
  });

  it("[CLI-4] is told as a line of JSON, then the sum, with nothing on stderr", async () => {
    const folder = await temporaryFolder();
    const { url } = await startFileServer(content);
    const words = ["get", `${url}/a.bin?Signature=SECRET-SIGNATURE`, "-o", `${folder}/b.bin`, "--json"];
    const { stdout, stderr } = await cloudhaul(words);
    expect(stderr).toBe("");
    expect(stdout).not.toContain("SECRET");
    const [file, sum] = jsonLines(stdout);
    expect(file).toMatchObject({
      type: "file",
      path: `${folder}/b.bin`,
      bytes: 3_000_000,
      sha256,
      attempts: 1,
    });
    expect(sum).toMatchObject({ type: "summary", files: 1, failed: 0, bytes: 3_000_000 });
  });

  it("[CLI-5] goes to stdout, whole, with all talk elsewhere", async () => {
    const { url } = await startFileServer(content);
    const { child, ended } = start(["get", `${url}/a.bin`, "--output", "-", "--json"]);
    const hash = createHash("sha256");
    child.stdout?.on("data", (chunk: Buffer) => hash.update(chunk));
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(0);
    expect(hash.digest("hex")).toBe(sha256);
    expect(jsonLines(stderr)[0]).toMatchObject({ type: "file", path: null, bytes: 3_000_000 });
  });

  it("[CLI-5] comes no faster than stdout is read, and its reader may go away", async () => {
    const big = randomBytes(32 * 1024 ** 2);
    let sent = 0;
    const { url } = await startServer(async (_request, response) => {
      response.setHeader("content-length", big.length);
      const gone = once(response, "close");
      for (let at = 0; at < big.length && !response.destroyed; at += 65_536) {
        sent = at;
        const isFull = !response.write(big.subarray(at, at + 65_536));
        if (isFull) await Promise.race([new Promise((resume) => response.once("drain", resume)), gone]);
      }
      response.end();
    });
    const { child, ended } = start(["get", `${url}/a.bin`, "--output", "-"], { stdoutUnread: true });
    await once(child.stdout as NodeJS.ReadableStream, "readable");
    for (let before = -1; before !== sent; await sleep(300)) before = sent;
    expect(sent).toBeLessThan(big.length / 2);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ exitCode: 141, stderr: "" });
  });

  it("[CLI-6] is bound by the flags: name, digest, rate", async () => {
    const folder = await temporaryFolder();
    const { url } = await startFileServer(content);
    const target = join(folder, "a.bin");
    const wrong = await cloudhaul(["get", `${url}/a.bin`, "-o", target, "--sha256", "0".repeat(64)]);
    expect([wrong.exitCode, wrong.stdout]).toEqual([7, ""]);
    const right = await cloudhaul(["get", `${url}/a.bin`, "-o", target, "--sha256", sha256, "--quiet"]);
    expect([right.exitCode, right.stdout, right.stderr]).toEqual([0, `${target}\n`, ""]);
    const taken = await cloudhaul(["get", `${url}/a.bin`, "-o", target, "--json"]);
    expect(taken.exitCode).toBe(8);
    expect(jsonLines(taken.stderr)[0]).toMatchObject({ code: "TARGET_EXISTS", path: target, exitCode: 8 });
    const replaced = await cloudhaul([
      "get",
      `${url}/a.bin`,
      "-o",
      target,
      "--overwrite",
      "--limit-rate",
      "2M",
    ]);
    expect(replaced.exitCode).toBe(0);
    expect(Number(/in (\d+\.\d) s/.exec(replaced.stderr)?.[1])).toBeGreaterThan(0.7);
  });
});

describe("a list", () => {
  it("[CLI-7] is read from stdin as it comes; a failure does not stop the rest, and gives the exit code", async () => {
    const folder = await temporaryFolder();
    const { url } = await startServer(({ url: path }, response) => {
      response.statusCode = path === "/missing" ? 404 : 200;
      response.end(content.subarray(0, 1000));
    });
    const input = `# links\n${url}/a\n\n  ${url}/missing \n${url}/b\r\nftp://nowhere/x\n${url}/c`;
    const words = ["get", "--input-file", "-", "-o", `${folder}/new`, "--json", "--concurrency", "2"];
    const { exitCode, stdout, stderr } = await cloudhaul(words, { input });
    expect((await readdir(join(folder, "new"))).sort()).toEqual(["a", "b", "c"]);
    expect(jsonLines(stdout)).toHaveLength(4);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "summary", files: 3, failed: 2, bytes: 3000 });
    const codes = jsonLines(stderr).map(({ code }) => code);
    expect(codes.sort()).toEqual(["CONFIGURATION", "SERVICE_NOT_FOUND"]);
    expect([2, 4]).toContain(exitCode);
  });

  it("[CLI-7] is read from a file, which must be there", async () => {
    const folder = await temporaryFolder();
    const { url } = await startFileServer(content);
    await writeFile(join(folder, "links.txt"), `${url}/a\n${url}/b\n`);
    const { exitCode, stdout, stderr } = await cloudhaul(["get", "--input-file", "links.txt"], {
      cwd: folder,
    });
    expect([exitCode, stdout.split("\n").sort()]).toEqual([0, ["", "a", "b"]]);
    expect(stderr).toMatch(/2 of 2 files, 5\.7 MiB in /);
    const missing = await cloudhaul(["get", "--input-file", "none.txt"], { cwd: folder });
    expect(missing.exitCode).toBe(8);
    expect(missing.stderr).toContain("none.txt cannot be read");
  });

  it("[CLI-7] does not go to stdout, under one digest, or into a file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "taken"), "");
    const urls = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"];
    for (const flags of [
      ["-o", "-"],
      ["--sha256", sha256],
      ["-o", "taken"],
    ]) {
      const { exitCode, stdout } = await cloudhaul(["get", ...urls, ...flags], { cwd: folder });
      expect([flags, exitCode, stdout]).toEqual([flags, 2, ""]);
    }
    expect(await cloudhaul(["get"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("what goes wrong", () => {
  const refusing = (status: number, body = "") =>
    startServer((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });

  it.each([
    [3, 403, "SERVICE_FORBIDDEN"],
    [4, 404, "SERVICE_NOT_FOUND"],
    [5, 500, "SERVICE_SERVER"],
  ])("[CLI-2] ends with %d when the server answers %d", async (expected, status, code) => {
    const { url } = await refusing(status);
    const words = ["get", `${url}/a?Signature=SECRET-SIGNATURE`, "--retries", "0", "--json"];
    const { exitCode, stdout, stderr } = await cloudhaul(words, { cwd: await temporaryFolder() });
    expect([exitCode, stdout]).toEqual([expected, ""]);
    expect(jsonLines(stderr)).toEqual([expect.objectContaining({ type: "error", code, exitCode, status })]);
    expect(stderr).not.toContain("SECRET");
  });

  it("[CLI-2] ends with 2 for a link that cannot be one, and for http to another machine", async () => {
    expect(await cloudhaul(["get", "example.com/a"])).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await cloudhaul(["get", "http://192.0.2.1/a"])).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("[CLI-2] ends with 6 when nobody answers, and when an answer falls silent", async () => {
    const folder = await temporaryFolder();
    const refused = await cloudhaul(["get", "http://127.0.0.1:9/a", "--retries", "0"], { cwd: folder });
    expect(refused.exitCode).toBe(6);
    const { url } = await startServer((_request, response) => {
      response.setHeader("content-length", 10);
      response.write("half");
    });
    const words = ["get", `${url}/a`, "--retries", "0", "--stall-timeout", "300ms", "--json"];
    const silent = await cloudhaul(words, { cwd: folder });
    expect(silent.exitCode).toBe(6);
    expect(jsonLines(silent.stderr)[0]).toMatchObject({ code: "TIMEOUT_BODY", timeoutMs: 300 });
  });

  it("[CLI-2] ends with 8 when the target is a folder that is a file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    const { url } = await startFileServer(content);
    const { exitCode } = await cloudhaul(["get", `${url}/a`, "-o", join(folder, "file", "a")]);
    expect(exitCode).toBe(8);
  });
});

it("[CLI-2] ends with 8 while another run saves the same file", async () => {
  const folder = await temporaryFolder();
  const { url } = await startFileServer(content, 2_000_000);
  const words = ["get", `${url}/a`, "-o", `${folder}/`];
  const { child, ended } = start(words);
  while (!(await readdir(folder)).some((name) => name.endsWith(".part"))) await sleep(20);
  const second = await cloudhaul([...words, "--json"]);
  expect([second.exitCode, jsonLines(second.stderr)[0]?.code]).toEqual([8, "TARGET_BUSY"]);
  child.kill("SIGTERM");
  expect((await ended).exitCode).toBe(130);
});

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "[CLI-8] by %s keeps what came, says how to go on, ends with 130, and the same command goes on",
    async (signal) => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, "to here"));
      const server = await startFileServer(content, 2_000_000);
      const words = [
        "get",
        `${server.url}/a.bin?Signature=SECRET-SIGNATURE`,
        "-o",
        "to here/",
        "--stall-timeout",
        "20s",
      ];
      const { child, ended } = start(words, { cwd: folder });
      const part = async (): Promise<number> => {
        const names = await readdir(join(folder, "to here"));
        const name = names.find((one) => one.endsWith(".part"));
        return name ? (await readFile(join(folder, "to here", name))).length : 0;
      };
      while ((await part()) < 1_500_000) await sleep(20);
      child.kill(signal);
      const { exitCode, stdout, stderr } = await ended;
      expect([exitCode, stdout]).toEqual([130, ""]);
      expect(stderr).toContain(`cloudhaul get '${server.url}/a.bin…' -o 'to here/' --stall-timeout 20s`);
      expect(stderr).not.toContain("SECRET");
      const names = await readdir(join(folder, "to here"));
      expect(names.map((name) => name.split(".").at(-1)).sort()).toEqual(["journal", "part"]);

      const again = await cloudhaul([...words, "--json"], { cwd: folder });
      expect(again.exitCode).toBe(0);
      const [file] = jsonLines(again.stdout);
      expect(file).toMatchObject({ sha256, bytes: content.length });
      expect(file?.resumedFromByte).toBeGreaterThan(1_000_000);
      expect(await readdir(join(folder, "to here"))).toEqual(["a.bin"]);
    },
  );

  it("[CLI-8] at once, the second time", async () => {
    const hanging = await startServer(() => {});
    const { child, ended } = start(["get", `${hanging.url}/a`], {
      cwd: await temporaryFolder(),
      nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(twoSignals)}`],
    });
    while (hanging.requests.length === 0) await sleep(20);
    child.kill("SIGINT");
    expect((await ended).exitCode).toBe(130);
  });
});

/** Delivers the second signal before the first one's work could end. */
const twoSignals = `process.on("SIGINT", () => { if (!globalThis.again) { globalThis.again = true; process.emit("SIGINT"); } });`;

it("[CLI-1] the file that runs is the built one", async () => {
  expect((await readFile(mainFile, "utf8")).startsWith("#!/usr/bin/env node\n")).toBe(true);
});
