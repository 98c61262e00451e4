import { signRequest } from "@cloudhaul/core-auth";
import { getResponse } from "msw";
import { expect, it } from "vitest";
import { bytesContent } from "./content.ts";
import { handlers } from "./msw.ts";
import { createEmulatorState } from "./state.ts";

it("[EMU-17] gives the same answers to msw, at the real host names", async () => {
  const state = createEmulatorState();
  const { accessKey, projectId, store } = state;
  const content = bytesContent(Buffer.from("a file"));
  const { fileId } = store.hss.addFile({ content });
  const { instanceId, backupId } = store.dds.addBackup({ files: [{ name: "a.tar.gz", content }] });
  const all = handlers(state);
  const send = async (method: string, url: string, body?: string) => {
    const headers = signRequest({ method, url, headers: {}, body }, accessKey, { date: new Date() });
    return getResponse(all, new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }));
  };
  const file = await send(
    "GET",
    `https://hss.cn-north-4.myhuaweicloud.com/v5/${projectId}/download/${fileId}`,
  );
  expect(await file?.text()).toBe("a file");

  const dds = "https://dds.cn-north-4.myhuaweicloud.com";
  const query = `instance_id=${instanceId}&backup_id=${backupId}`;
  const links = await send("GET", `${dds}/v3/${projectId}/backups/download-file?${query}`);
  const { files } = JSON.parse((await links?.text()) ?? "") as { files: { download_link: string }[] };
  const link = files[0]?.download_link ?? "";
  expect(link).toMatch(/^https:\/\/obs\.cn-north-4\.myhuaweicloud\.com\//);
  expect(await (await getResponse(all, new Request(link)))?.text()).toBe("a file");

  const wrong = await send("POST", "https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens", "{}");
  expect(wrong?.status).toBe(400);
  expect(await send("GET", "https://elsewhere.example/file")).toBeUndefined();
});
