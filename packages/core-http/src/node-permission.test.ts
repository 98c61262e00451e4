import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";

const program = `
  const [index, url, target] = process.argv.slice(1);
  const { downloadLink } = await import(index);
  const error = await downloadLink({ url }).toFile(target).catch((error) => error);
  console.log(JSON.stringify({ name: error.name, code: error.code, path: error.path, message: error.message }));`;

it("a folder that Node itself may not write to is told like any other, with the flag that allows it", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(Buffer.from("whole"))]);
  const index = join(import.meta.dirname, "index.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--no-warnings", "--permission", "--allow-fs-read=*", "--input-type=module", "--eval", program],
    ...[index, server.url, folder.file("a")],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ name: "FileSystemError", code: "PERMISSION_DENIED" });
  expect(stdout).toContain("--allow-fs-write");
  expect(await folder.names()).toEqual([]);
});
