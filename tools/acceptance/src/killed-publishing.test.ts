import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { prepareJob } from "./killed-job.ts";
import { sha256OfFile } from "./saved-files.ts";
import type { Service } from "./services.ts";

const content = zipContent({ seed: "publishing", bytes: 1024 ** 2 });
const backup = lz4TarContent({ seed: "publishing", bytes: 1024 ** 2 });
const instanceId = "instance";

/** What each job exports, after it was put there, and a part of the request that brings the file. */
const jobs: readonly (readonly [
  service: Service["name"],
  prepare: (emulator: Emulator) => object,
  fileRequest: string,
])[] = [
  ["hss", () => ({ category: "host" }), "/download/"],
  ["iotda", ({ store }) => store.iotda.addBatchTask(), "/file"],
  [
    "roma",
    ({ store }) => {
      const { appId } = store.roma.addApp({ instanceId });
      return { instanceId, apps: [appId] };
    },
    "/archives/",
  ],
  ["metastudio", () => ({ resource: "questions" }), "/ies/result/"],
  [
    "dds",
    ({ store }) => {
      store.dds.addBackup({ instanceId, files: [{ name: "backup.tar.gz", content: backup }] });
      return { instanceId };
    },
    "/backup.tar.gz?",
  ],
];

describe.each(jobs)("a whole job of %s, killed", (service, prepare, fileRequest) => {
  it.each(["before", "after"] as const)(
    "just %s its file got its name: the same call has the right one, and asks for nothing twice",
    async (moment) => {
      const variants = { all: { length: "content-length", etag: "strong", ranges: "honoured" } } as const;
      const emulator = await startEmulator({ variants });
      onTestFinished(() => emulator.close());
      if (service !== "dds") emulator.store[service].tasks.planAll({ content });
      const job = await prepareJob(emulator, service, prepare(emulator));
      expect(await job.killAtPublishing(moment)).toBe("publishing");
      const { path = "", sha256 } = await job.run();
      expect(sha256).toBe(await (service === "dds" ? backup : content).sha256());
      expect(await sha256OfFile(path)).toBe(sha256);
      expect(job.asked("POST ")).toHaveLength(service === "dds" ? 0 : 1);
      expect(job.asked(fileRequest)).toHaveLength(1);
      const found = await readdir(job.folder);
      expect(found.filter((name) => !name.endsWith(".manifest.json"))).toEqual([basename(path)]);
    },
  );
});
