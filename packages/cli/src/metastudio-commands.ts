import type { CommandGroup } from "./command.ts";
import { accountFlags, fileFlags, talkFlags } from "./flags.ts";

export const metastudioCommands: CommandGroup = {
  brief: "MetaStudio results",
  commands: {
    download: {
      brief: "Save the result file of a finished task",
      description:
        "The result of an export is its data; of an import, the report of what was refused. No document says how long the service keeps it.",
      argument: { name: "TASK_ID", brief: "The task's id; the file has none of its own", minimum: 1 },
      flags: [...fileFlags, "sha256", "concurrency", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "into the folder results",
          line: "cloudhaul metastudio download 26f06524 --region cn-north-4 --output results/",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./metastudio.ts")).download,
    },
    export: {
      brief: "Export a resource, wait, and save the result",
      description:
        "RESOURCE is for example knowledge-intent-question-create. No document tells the values of a task's status: a task counts as ended by its end and its counts, unless --done-status and --failed-status say more. After an interruption the same command goes on with the task that it started.",
      argument: { name: "RESOURCE", brief: "What to export", minimum: 1, maximum: 1 },
      flags: [
        ...(["business", "doneStatus", "failedStatus", "cleanUp", "waitTimeout"] as const),
        ...fileFlags,
        "sha256",
        ...accountFlags,
        ...talkFlags,
      ],
      examples: [
        {
          does: "the questions and answers of a skill",
          line: "cloudhaul metastudio export knowledge-intent-question-create --business skill-1 --region cn-north-4 -o exports/",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./metastudio.ts")).exportResource,
    },
    task: {
      brief: "Show a task",
      description: "Its status is in the service's own words, whose values no document tells.",
      argument: { name: "TASK_ID", brief: "The task's id", minimum: 1, maximum: 1 },
      flags: [
        ...(["wait", "doneStatus", "failedStatus", "waitTimeout", "retries"] as const),
        ...accountFlags,
        ...talkFlags,
      ],
      examples: [
        { does: "once it has ended", line: "cloudhaul metastudio task 26f06524 --wait --region cn-north-4" },
      ],
      interrupted: "task",
      load: async () => (await import("./metastudio.ts")).task,
    },
    tasks: {
      brief: "List tasks, of which the service shows ten at most",
      description: "For others, narrow the time.",
      flags: ["resource", "business", "since", "until", "retries", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "those of the last hour",
          line: "cloudhaul metastudio tasks --since 1h --region cn-north-4",
        },
      ],
      load: async () => (await import("./metastudio.ts")).tasks,
    },
    delete: {
      brief: "Delete tasks",
      description:
        "Prints the id of each that was deleted. Whether the result goes with it is not documented.",
      argument: { name: "TASK_ID", brief: "The task's id", minimum: 1 },
      flags: ["retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "one task", line: "cloudhaul metastudio delete 26f06524 --region cn-north-4" }],
      load: async () => (await import("./metastudio.ts")).deleteTasks,
    },
  },
};
