import type { CommandGroup } from "./command.ts";
import { accountFlags, fileFlags, talkFlags } from "./flags.ts";

/** What HSS exports, as the command line has it. A test holds it equal to the client's methods. */
export const exportKinds: readonly string[] = [
  "vulnerabilities",
  "handled-vulnerabilities",
  "vulnerability-history",
  "events",
  "antivirus-results",
  "baseline-report",
  "containers",
  "cluster-risks",
  "image-report",
  "image-baseline",
  "image-vulnerabilities",
  "web-tamper-hosts",
  "assets",
  "operation-report",
];

export const hssCommands: CommandGroup = {
  brief: "Host Security Service exports",
  commands: {
    download: {
      brief: "Save the file of a finished export task",
      description:
        "FILE_ID is what the finished task shows as file_id. The file is whole or absent. A cut transfer goes on where it was if the service proves the file to be the same, else it starts again.",
      argument: { name: "FILE_ID", brief: "The file's id", minimum: 1 },
      flags: [...fileFlags, "sha256", "concurrency", "enterpriseProject", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "into the folder exports, under the server's name",
          line: "cloudhaul hss download 7f3c2a10 --region ap-southeast-3 --output exports/",
        },
        {
          does: "straight into another program",
          line: "cloudhaul hss download 7f3c2a10 --region ap-southeast-3 --output - | bsdtar -tf -",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./hss.ts")).download,
    },
    export: {
      brief: "Start an export, wait for it, and save its file",
      description: `KIND is one of ${exportKinds.join(", ")}. What each takes beyond its kind is said by --field, by the names of the library's page on exports: https://github.com/cloudhaul/cloudhaul/tree/main/packages/hss-download#readme. After an interruption the same command waits for the export that it started, and does not start another.`,
      argument: { name: "KIND", brief: "What to export", minimum: 1, maximum: 1 },
      flags: [
        "field",
        "enterpriseProject",
        "waitTimeout",
        ...fileFlags,
        "sha256",
        ...accountFlags,
        ...talkFlags,
      ],
      examples: [
        {
          does: "vulnerabilities, and the servers that they are on",
          line: "cloudhaul hss export vulnerabilities --field category=host --region ap-southeast-3 -o exports/",
        },
        {
          does: "open ports, with two columns",
          line: `cloudhaul hss export assets --field assetType=port --field 'headers=[["host_name","Server"],["port","Port"]]' --field 'searchParam={"port_string":"8080"}' --region ap-southeast-3`,
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./hss.ts")).exportKind,
    },
    wait: {
      brief: "Wait for an export task, and print the id of its file",
      description:
        "TASK_ID is what the start of the export gave. With --json: all that is known of the task.",
      argument: { name: "TASK_ID", brief: "The task's id", minimum: 1, maximum: 1 },
      flags: ["enterpriseProject", "waitTimeout", "retries", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "wait at most ten minutes, then save the file",
          line: "cloudhaul hss wait 1a2b --wait-timeout 10m --region cn-north-4 | xargs cloudhaul hss download --region cn-north-4",
        },
      ],
      interrupted: "task",
      load: async () => (await import("./hss.ts")).wait,
    },
  },
};
