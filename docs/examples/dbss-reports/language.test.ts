import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fromToken } from "@cloudhaul/core-auth";
import { expect, it } from "vitest";
import { createDbssReportsClient } from "./index.ts";

const input = { instanceId: "i-1", reportId: "r-1" };

it("[DBSS-1] asks for the report in the language that is wanted, and leaves it out where none is", async () => {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => void (asked.push(url) && response.end("a report")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dbss = createDbssReportsClient({
    endpoint,
    projectId: "p1",
    credentials: fromToken({ token: "TOKEN-0001" }),
  });
  await dbss.downloadAuditReport({ ...input, language: "zh-cn" }).toBytes({ maxBytes: 100 });
  await dbss.downloadAuditReport(input).toBytes({ maxBytes: 100 });
  await dbss.close();
  server.close();
  const path = "/v1/p1/audit/i-1/reports/r-1/download";
  expect(asked).toEqual([`${path}?local=zh-cn`, path]);
});
