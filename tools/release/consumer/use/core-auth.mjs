import { writeFile } from "node:fs/promises";
import { signRequest } from "@cloudhaul/core-auth";

const { CLOUDHAUL_URL, HUAWEICLOUD_SDK_PROJECT_ID, HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK } = process.env;
const request = {
  method: "GET",
  url: `${CLOUDHAUL_URL}/v5/${HUAWEICLOUD_SDK_PROJECT_ID}/download/hss-file`,
  headers: {},
};
const accessKey = { accessKeyId: HUAWEICLOUD_SDK_AK, secretAccessKey: HUAWEICLOUD_SDK_SK };
const answer = await fetch(request.url, { headers: signRequest(request, accessKey, { date: new Date() }) });
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
await writeFile("saved/hss.zip", Buffer.from(await answer.arrayBuffer()));
