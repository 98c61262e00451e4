import type { CommandGroup } from "./command.ts";
import { accountFlags, type FlagName, fileFlags, talkFlags } from "./flags.ts";

/** A file that comes only once replaces none: a taken name gets a number. */
const onceOnlyFlags: readonly FlagName[] = [
  ...fileFlags.filter((name) => !["overwrite", "ifDifferent", "connections"].includes(name)),
  "sha256",
  "spool",
];

export const romaCommands: CommandGroup = {
  brief: "ROMA Connect asset packages",
  commands: {
    download: {
      brief: "Save the asset package of a finished export job; the service then deletes it",
      description:
        "The service gives a package once. So folder and credential are checked first, it is asked for in one request, and nothing that came is thrown away: what a cut left is kept, and the error names it. A package saved before is not asked for again from the same folder. A taken name gets a number.",
      argument: { name: "ARCHIVE_ID", brief: "The package's id, from the finished export job", minimum: 1 },
      flags: ["instance", ...onceOnlyFlags, ...accountFlags, ...talkFlags],
      required: ["instance"],
      examples: [
        {
          does: "into the folder assets",
          line: "cloudhaul roma download a-7c21 --instance i-1 --region ap-southeast-3 --output assets/",
        },
        {
          does: "list what is in it; the package lies in /var/spool until all of it was handed on",
          line: "cloudhaul roma download a-7c21 --instance i-1 --region ap-southeast-3 --output - --spool /var/spool | bsdtar -tf -",
        },
      ],
      interrupted: "once-only",
      load: async () => (await import("./roma.ts")).download,
    },
    export: {
      brief: "Export applications and tasks, wait, and save the package",
      description:
        "One job of a user runs at a time, so it waits for its turn. The package is asked for in one request, as by download; if it is lost on its way, --export-again makes another. After an interruption the same command goes on with the job that it started.",
      flags: [
        ...(["instance", "app", "task", "exportAgain", "waitTimeout"] as const),
        ...onceOnlyFlags,
        ...accountFlags,
        ...talkFlags,
      ],
      required: ["instance"],
      examples: [
        {
          does: "two applications into the folder assets",
          line: "cloudhaul roma export --instance i-1 --app app-1 --app app-2 --export-again --region ap-southeast-3 -o assets/",
        },
      ],
      interrupted: "once-only",
      load: async () => (await import("./roma.ts")).exportAssets,
    },
    job: {
      brief: "Show an export job: status, percent, and the id of its package",
      description: "The package is downloaded once, by its id. With --json: all that is known of the job.",
      argument: { name: "JOB_ID", brief: "The job's id", minimum: 1, maximum: 1 },
      flags: ["instance", "wait", "waitTimeout", "retries", ...accountFlags, ...talkFlags],
      required: ["instance"],
      examples: [
        {
          does: "once it has ended",
          line: "cloudhaul roma job j-1 --wait --instance i-1 --region ap-southeast-3",
        },
      ],
      interrupted: "task",
      load: async () => (await import("./roma.ts")).job,
    },
    instances: {
      brief: "List the project's instances",
      description: "Their ids are what --instance takes.",
      flags: ["retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "all of them", line: "cloudhaul roma instances --region ap-southeast-3" }],
      load: async () => (await import("./roma.ts")).instances,
    },
    apps: {
      brief: "List the applications of an instance, which can be exported",
      description: "Their secrets, which the service sends along, are left out.",
      flags: ["instance", "retries", ...accountFlags, ...talkFlags],
      required: ["instance"],
      examples: [{ does: "all of them", line: "cloudhaul roma apps --instance i-1 --region ap-southeast-3" }],
      load: async () => (await import("./roma.ts")).apps,
    },
    tasks: {
      brief: "List the data integration tasks of an instance, which can be exported",
      description: "Their ids are what --task takes.",
      flags: ["instance", "retries", ...accountFlags, ...talkFlags],
      required: ["instance"],
      examples: [
        { does: "all of them", line: "cloudhaul roma tasks --instance i-1 --region ap-southeast-3" },
      ],
      load: async () => (await import("./roma.ts")).tasks,
    },
  },
};
