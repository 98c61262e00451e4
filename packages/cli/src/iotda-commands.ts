import type { CommandGroup } from "./command.ts";
import { accountFlags, fileFlags, talkFlags } from "./flags.ts";

export const iotdaCommands: CommandGroup = {
  brief: "IoT Device Access exports",
  commands: {
    download: {
      brief: "Save the file of a finished export task",
      description:
        "The file is a zip. The service gives a user one file in 30 seconds, so several, and a try after a cut, wait for their turn. Standard and enterprise instances have a host of their own: give it as --endpoint, and the --region with it.",
      argument: { name: "TASK_ID", brief: "The export task's id", minimum: 1 },
      flags: [...fileFlags, "sha256", "instance", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "into the folder exports",
          line: "cloudhaul iotda download 5f1e6a2b --region cn-north-4 --output exports/",
        },
        {
          does: "from an instance with a host of its own",
          line: "cloudhaul iotda download 5f1e6a2b --instance i-1 --region cn-north-4 --endpoint https://HOST.example",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./iotda.ts")).download,
    },
    export: {
      brief: "Export a batch task, wait, and save the file",
      description:
        "An export of the same batch task that runs already is joined. While five tasks of the user are unfinished, it waits for its turn. After an interruption the same command goes on with the task that it started.",
      argument: { name: "BATCH_TASK_ID", brief: "The batch task's id: see batch-tasks", minimum: 1 },
      flags: [
        ...(["app", "cleanUp", "waitTimeout"] as const),
        ...fileFlags,
        ...(["sha256", "instance"] as const),
        ...accountFlags,
        ...talkFlags,
      ],
      examples: [
        {
          does: "into the folder exports; the service's task is deleted afterwards",
          line: "cloudhaul iotda export 64f0c2 --clean-up --region cn-north-4 --output exports/",
        },
      ],
      interrupted: "resumable",
      load: async () => (await import("./iotda.ts")).exportTasks,
    },
    tasks: {
      brief: "List export tasks, newest first",
      description: "With a batch task's id: those that export it.",
      argument: { name: "BATCH_TASK_ID", brief: "The batch task's id", minimum: 0, maximum: 1 },
      flags: ["app", "instance", "retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "all of them", line: "cloudhaul iotda tasks --region cn-north-4" }],
      load: async () => (await import("./iotda.ts")).tasks,
    },
    "batch-tasks": {
      brief: "List batch tasks of one type, which can be exported",
      description: "TYPE is for example createDevices, deleteDevices, firmwareUpgrade or createCommands.",
      argument: { name: "TYPE", brief: "The type of the batch tasks", minimum: 1, maximum: 1 },
      flags: ["app", "instance", "retries", ...accountFlags, ...talkFlags],
      examples: [
        {
          does: "those that made devices",
          line: "cloudhaul iotda batch-tasks createDevices --region cn-north-4",
        },
      ],
      load: async () => (await import("./iotda.ts")).batchTasks,
    },
    delete: {
      brief: "Delete export tasks, and their files with them",
      description: "Prints the id of each that was deleted.",
      argument: { name: "TASK_ID", brief: "The export task's id", minimum: 1 },
      flags: ["instance", "retries", ...accountFlags, ...talkFlags],
      examples: [{ does: "one task", line: "cloudhaul iotda delete 5f1e6a2b --region cn-north-4" }],
      load: async () => (await import("./iotda.ts")).deleteTasks,
    },
  },
};
