import type { Command } from "./command.ts";
import { accountFlags, fileFlags, talkFlags } from "./flags.ts";

/** The commands that belong to no service. */
export const ownCommands: Readonly<Record<string, Command>> = {
  get: {
    brief: "Save files behind links, pre-signed or public",
    description:
      "A link is sent byte for byte, without any credential. Links on a command line can be seen by every user of the machine; --input-file keeps them out of it. Blank lines and lines that begin with # are passed over there.",
    argument: { name: "URL", brief: "The link; in quotes, since it holds &", minimum: 0 },
    flags: [
      ...fileFlags,
      ...(["sha256", "concurrency", "inputFile", "allowPrivateHosts"] as const),
      ...talkFlags,
    ],
    examples: [
      {
        does: "under a name of your own, and only if the digest is right",
        line: "cloudhaul get 'https://bucket.obs.cn-north-4.myhuaweicloud.com/a.zip?Signature=...' -o a.zip --sha256 9f86d081...",
      },
      {
        does: "a list of links, eight files at a time, results as JSON",
        line: "cloudhaul get --input-file links.txt --output files/ --concurrency 8 --json",
      },
      {
        does: "push it on to another object store",
        line: "cloudhaul get 'https://...' --output - | rclone rcat remote:bucket/a.zip",
      },
    ],
    interrupted: "resumable",
    load: async () => (await import("./get.ts")).get,
  },
  whoami: {
    brief: "Tell who you are: credential, project, region",
    description:
      "Gets the credential that every other command would use with the same flags, and looks up its project in IAM where none is given. No secret is shown.",
    flags: [...accountFlags, "retries", ...talkFlags],
    examples: [
      { does: "by the environment or the default profile", line: "cloudhaul whoami --region ap-southeast-3" },
      {
        does: "the project id alone, in a script",
        line: "cloudhaul whoami --region ap-southeast-3 --profile backup --json | jq -r .projectId",
      },
    ],
    load: async () => (await import("./whoami.ts")).whoami,
  },
  doctor: {
    brief: "Check credential, clock, network and disk, and say what to fix",
    description:
      "Looks up which services the region has. Sends one harmless request to the endpoint, IAM's unless another is given, and one to IAM where the project must be looked up. Its exit code is that of the first thing to fix.",
    flags: ["output", ...accountFlags, ...talkFlags],
    examples: [
      { does: "everything, for a region", line: "cloudhaul doctor --region eu-west-101" },
      {
        does: "the way to one service, and the disk that backups go to",
        line: "cloudhaul doctor --region eu-west-101 --endpoint https://dds.eu-west-101.myhuaweicloud.eu --output /backups",
      },
    ],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  clean: {
    brief: "Show, or remove, what interrupted downloads have left",
    description:
      "Partial files, journals and locks stand beside their target, under hidden names that begin with .cloudhaul-. Those of a running download are left alone. What is left of a file that can be downloaded only once may be all that there is of it, and keeps it from being asked for again: it stays, unless --markers is given. Folders below are not looked into.",
    argument: { name: "DIR", brief: "The folder", minimum: 1, maximum: 1 },
    flags: ["yes", "markers", ...talkFlags],
    examples: [
      { does: "see what there is", line: "cloudhaul clean backups/" },
      { does: "remove it", line: "cloudhaul clean backups/ --yes" },
    ],
    load: async () => (await import("./clean.ts")).clean,
  },
  emulator: {
    brief: "Run a local Huawei Cloud to try things out",
    description:
      "Answers for IAM, the object store and the five services on this machine, until it is interrupted. What the other commands need to find it is printed as lines for a shell. It comes in a package of its own: npm install @cloudhaul/emulator",
    flags: ["port", "demo", ...talkFlags],
    examples: [
      {
        does: "with a file in each service, and the commands that fetch them",
        line: "cloudhaul emulator --demo",
      },
      {
        does: "in the background of this shell, and use it",
        line: "cloudhaul emulator --quiet > emulator.env & sleep 1; . ./emulator.env; cloudhaul whoami --region cn-north-4",
      },
    ],
    load: async () => (await import("./emulator.ts")).emulator,
  },
  completion: {
    brief: "Print what makes bash complete commands and flags",
    description:
      "Give its output to bash, in ~/.bashrc for good. zsh takes it, too, after: autoload -U bashcompinit && bashcompinit",
    flags: [],
    examples: [{ does: "in this shell", line: 'eval "$(cloudhaul completion)"' }],
    load: async () => (await import("./completion.ts")).completion,
  },
};
