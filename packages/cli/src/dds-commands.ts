import type { CommandGroup } from "./command.ts";
import { accountFlags, fileFlags, talkFlags } from "./flags.ts";

export const ddsCommands: CommandGroup = {
  brief: "Document Database backups",
  commands: {
    download: {
      brief: "Save all files of a backup, of the newest, or of all since a day",
      description:
        "Each file is an LZ4-compressed tar: unpack it with lz4 -d FILE | tar -xC DIR. The files of a cluster go to a folder for each of its parts. A manifest beside them lists their digests, and a second run skips what it lists. The links end after 15 minutes and are renewed as needed.",
      argument: { name: "BACKUP_ID", brief: "The backup's id", minimum: 0, maximum: 1 },
      flags: [
        ...(["instance", "latest", "allSince", "type"] as const),
        ...fileFlags,
        "allowPrivateHosts",
        ...accountFlags,
        ...talkFlags,
      ],
      required: ["instance"],
      examples: [
        {
          does: "into the folder backups, four files at a time",
          line: "cloudhaul dds download b-1 --instance i-1 --region eu-west-101 --output backups/ --connections 4",
        },
        {
          does: "the newest; run every night, it skips what it has",
          line: "cloudhaul dds download --latest --instance i-1 --region eu-west-101 --output backups/",
        },
        {
          does: "look into a backup of one file without saving it",
          line: "cloudhaul dds download b-1 --instance i-1 --region eu-west-101 --output - | lz4 -d | tar -t",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./dds-download.ts")).download,
    },
    links: {
      brief: "Print the links to a backup's files, which are good for 15 minutes",
      description:
        "One link a line. Each is a key to the file for as long as it lives: keep them out of logs. With --json: name, size in KB, end and part of the cluster, too.",
      argument: { name: "BACKUP_ID", brief: "The backup's id", minimum: 1, maximum: 1 },
      flags: ["instance", "retries", ...accountFlags, ...talkFlags],
      required: ["instance"],
      examples: [
        {
          does: "fetch them on a machine that has no credential",
          line: "cloudhaul dds links b-1 --instance i-1 --region eu-west-101 | ssh HOST cloudhaul get --input-file -",
        },
      ],
      load: async () => (await import("./dds.ts")).links,
    },
    backups: {
      brief: "List backups",
      description:
        "Unless --type says otherwise, all that are full. Without --instance, of the whole project.",
      flags: ["instance", "type", "since", "until", "retries", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "those of one instance in the last week",
          line: "cloudhaul dds backups --instance i-1 --since 7d --region eu-west-101",
        },
      ],
      load: async () => (await import("./dds.ts")).backups,
    },
    backup: {
      brief: "Make a backup, wait until it is complete, and print its id",
      description:
        "The name has 4 to 64 letters, digits, - and _, a letter first; no other backup of the project may have it. An interruption leaves the service at work: see backups.",
      argument: { name: "NAME", brief: "The name that it is to have", minimum: 1, maximum: 1 },
      flags: [
        ...(["instance", "description", "noWait", "waitTimeout", "retries"] as const),
        ...accountFlags,
        ...talkFlags,
      ],
      required: ["instance"],
      examples: [
        {
          does: "make one and save it",
          line: "cloudhaul dds backup before-upgrade --instance i-1 --region eu-west-101 | xargs cloudhaul dds download --instance i-1 --region eu-west-101",
        },
      ],
      load: async () => (await import("./dds.ts")).backup,
    },
    instances: {
      brief: "List the project's instances",
      description: "Their ids are what --instance takes.",
      flags: ["retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "all of them", line: "cloudhaul dds instances --region eu-west-101" }],
      load: async () => (await import("./dds.ts")).instances,
    },
    policy: {
      brief: "Tell whether backups may be downloaded from the Internet",
      description: "A switch for the whole project: open or close.",
      flags: ["retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "in one word", line: "cloudhaul dds policy --region eu-west-101" }],
      load: async () => (await import("./dds.ts")).policy,
    },
    verify: {
      brief: "Read saved backup files to their end, and say whether they are whole",
      description:
        "Looks at every LZ4 frame with its checksums, and at the tar within; nothing is sent, and nothing written. It needs the package lz4-napi: npm install lz4-napi. Its exit code is 7 if one of them is not whole.",
      argument: { name: "FILE", brief: "A saved file", minimum: 1 },
      flags: [...talkFlags],
      examples: [{ does: "all that were saved", line: "cloudhaul dds verify backups/*/*.tar.gz" }],
      load: async () => (await import("./dds.ts")).verify,
    },
    logs: {
      brief: "Save the files of error logs, or of slow queries",
      description: "KIND is error or slow. The files of each node go to a folder of its own.",
      argument: { name: "KIND", brief: "error or slow", minimum: 1, maximum: 1 },
      flags: [
        ...(["instance", "node", "waitTimeout"] as const),
        ...fileFlags,
        "allowPrivateHosts",
        ...accountFlags,
        ...talkFlags,
      ],
      required: ["instance"],
      examples: [
        {
          does: "error logs of all nodes",
          line: "cloudhaul dds logs error --instance i-1 --region eu-west-101 --output logs/",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./dds.ts")).logs,
    },
  },
};
