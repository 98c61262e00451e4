import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Answer, answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { type DownloadItem, downloadAll, downloadLink } from "./index.ts";

/** Items for `/0`, `/1` and so on, and how many of them were taken. */
function itemsOf(url: string, folder: TemporaryFolder, count: number) {
  const taken: string[] = [];
  function* give(): Generator<DownloadItem> {
    for (let index = 0; index < count; index++) {
      taken.push(`${index}`);
      const download = downloadLink({ url: `${url}/${index}`, retry: false });
      yield { download, path: folder.file(`${index}`) };
    }
  }
  return { items: give(), taken };
}

const allButSecond: Answer = (socket, request) =>
  answer(request.path === "/1" ? 404 : 200, {}, `file ${request.path}`)(socket, request);

describe("downloadAll", () => {
  it("tells what became of each, in the order of the items: one failure does not stop the rest", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([allButSecond]);
    const outcomes = await downloadAll(itemsOf(server.url, folder, 3).items);
    expect(outcomes.map(({ path }) => path)).toEqual(["0", "1", "2"].map((name) => folder.file(name)));
    expect(outcomes.map(({ error }) => (error as Error | undefined)?.name)).toEqual([
      undefined,
      "ServiceError",
      undefined,
    ]);
    expect(await readFile(folder.file("2"), "utf8")).toBe("file /2");
  });

  it("ends with the first failure where that is asked for", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([allButSecond]);
    const all = downloadAll(itemsOf(server.url, folder, 3).items, { concurrency: 1, stopOnError: true });
    await expect(all).rejects.toMatchObject({ name: "ServiceError" });
    expect(server.requests.map(({ path }) => path)).toEqual(["/0", "/1"]);
  });

  it("takes four at a time, and ends with the reason of an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([() => {}]);
    const { items, taken } = itemsOf(server.url, folder, 6);
    const abort = new AbortController();
    const ended = expect(downloadAll(items, { signal: abort.signal })).rejects.toBe("enough");
    await expect.poll(() => server.requests.length).toBe(4);
    expect(taken).toHaveLength(4);
    abort.abort("enough");
    await ended;
    expect(taken.length).toBeLessThanOrEqual(5); // one is taken before the failure is seen, and not begun
  });

  it("refuses options that it cannot use before it takes an item", async () => {
    await using folder = await makeTemporaryFolder();
    const { items, taken } = itemsOf("http://localhost", folder, 1);
    await expect(downloadAll(items, { concurrency: 0 })).rejects.toMatchObject({
      name: "ConfigurationError",
    });
    expect(taken).toEqual([]);
  });
});
