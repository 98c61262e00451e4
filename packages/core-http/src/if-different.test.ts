import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { type Answer, answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

const body = "the same as ever";
const md5 = createHash("md5").update(body);
const sha256 = createHash("sha256").update(body).digest("hex");
const announced = { "content-md5": md5.digest("base64") };
const overwrite = "if-different";
const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const chunked =
  (headers: Record<string, string>): Answer =>
  (socket) =>
    void socket.write(head(200, { ...headers, "transfer-encoding": "chunked" }) + chunk);

it.each(["compute", "off"])(
  "[HTTP-10] a file that its MD5 proves the same stays, with a sha256 %s",
  async (wanted) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, announced, body)]);
    await writeFile(folder.file("a"), body);
    const { ino } = await stat(folder.file("a"));
    const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"), {
      overwrite,
      sha256: wanted,
    });
    expect(saved).toMatchObject({ attempts: 0, bytes: body.length, path: folder.file("a") });
    expect(saved.sha256).toBe(wanted === "off" ? undefined : sha256);
    expect((await stat(folder.file("a"))).ino).toBe(ino);
    expect(await folder.names()).toEqual(["a"]);
  },
);

it("[HTTP-10] so does one whose length was not announced", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([chunked(announced)]);
  await writeFile(folder.file("a"), body);
  const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"), { overwrite });
  expect(saved).toMatchObject({ attempts: 0, bytes: body.length });
});

it.each([
  ["of another content", announced, "THE SAME AS EVER"],
  ["of which no MD5 is known", {}, body],
])("[HTTP-13] one %s is replaced", async (_, headers, before) => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, headers, body)]);
  await writeFile(folder.file("a"), before);
  const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"), { overwrite });
  expect(saved).toMatchObject({ attempts: 1, bytes: body.length });
  expect(await readFile(folder.file("a"), "utf8")).toBe(body);
});

it.each([
  ["of another length", answer(200, announced, body)],
  ["of which neither length nor MD5 is known", chunked({})],
])("[HTTP-13] one %s is replaced without being read", async (_, answering) => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answering]);
  const file = await open(folder.file("a"), "w");
  await file.truncate(2 ** 40); // a hole, which would take half an hour to read
  await file.close();
  await downloadLink({ url: server.url }).toFile(folder.file("a"), { overwrite });
  expect(await readFile(folder.file("a"), "utf8")).toBe(body);
});

it.runIf(process.platform !== "win32")("[HTTP-13] so is a pipe, which nobody may be writing to", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([chunked(announced)]);
  expect(spawnSync("mkfifo", [folder.file("a")]).status).toBe(0);
  await downloadLink({ url: server.url }).toFile(folder.file("a"), { overwrite });
  expect(await readFile(folder.file("a"), "utf8")).toBe(body);
});
