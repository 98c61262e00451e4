import { oneOf, parseBytes, parseDuration, parseMoment, wholeNumber } from "./amounts.ts";

/** What the flags of a command say. Every command takes some of them, and each means the same everywhere. */
export interface FlagValues {
  readonly output?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly ifDifferent?: boolean | undefined;
  readonly connections?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly sha256?: string | undefined;
  readonly limitRate?: number | undefined;
  readonly stallTimeout?: number | undefined;
  readonly retries?: number | undefined;
  readonly waitTimeout?: number | undefined;
  readonly spool?: string | undefined;
  readonly inputFile?: string | undefined;
  readonly allowPrivateHosts?: boolean | undefined;
  readonly instance?: string | undefined;
  readonly enterpriseProject?: string | undefined;
  readonly field?: readonly string[] | undefined;
  readonly app?: readonly string[] | undefined;
  readonly task?: readonly string[] | undefined;
  readonly node?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  readonly business?: string | undefined;
  readonly doneStatus?: string | undefined;
  readonly failedStatus?: string | undefined;
  readonly cleanUp?: boolean | undefined;
  readonly exportAgain?: boolean | undefined;
  readonly wait?: boolean | undefined;
  readonly noWait?: boolean | undefined;
  readonly latest?: boolean | undefined;
  readonly allSince?: Date | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly type?: "Auto" | "Manual" | "Incremental" | undefined;
  readonly description?: string | undefined;
  readonly region?: string | undefined;
  readonly project?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly markers?: boolean | undefined;
  readonly port?: number | undefined;
  readonly demo?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly noColor?: boolean | undefined;
}

/** A flag by its name in the code; on the command line `ifDifferent` is `--if-different`. */
export type FlagName = keyof FlagValues;

/** What a command that demands some flags is given. */
export type Given<Name extends FlagName> = FlagValues & {
  readonly [Key in Name]-?: NonNullable<FlagValues[Key]>;
};

/** One flag, for the parser, the help and the pages alike. */
export interface Flag {
  readonly brief: string;
  /** What stands for its value in the help; a flag without one is a switch. */
  readonly value?: string;
  /** Default: the text as it is. */
  readonly parse?: (text: string) => unknown;
  readonly alias?: string;
  /** Whether it may be given several times. */
  readonly many?: boolean;
}

/** Every flag of every command. */
export const flags: { readonly [Name in FlagName]-?: Flag } = {
  output: {
    value: "PATH",
    alias: "o",
    brief:
      "A file, or a folder (it exists, or ends in /) for the server's name; - for stdout. Default: this folder",
  },
  overwrite: { brief: "Replace a file of that name, once the new one is whole. Default: that is an error" },
  ifDifferent: { brief: "Like --overwrite, but keep a file that the server's MD5 proves to be the same" },
  connections: {
    value: "N",
    parse: wholeNumber(1, 64),
    brief:
      "The most connections for a file, or for all files of a backup together, used where one is too slow. Default: 1",
  },
  concurrency: { value: "N", parse: wholeNumber(1, 64), brief: "Files at a time. Default: 4" },
  sha256: {
    value: "HEX",
    parse: sha256Of,
    brief: "What the SHA-256 of the file must be; or off, not to compute any",
  },
  limitRate: {
    value: "RATE",
    parse: parseBytes,
    brief: "The most bytes in a second, for each file: 500K, 5M",
  },
  stallTimeout: {
    value: "TIME",
    parse: parseDuration,
    brief: "Cut a connection that brings no byte for so long, and try again. Default: 30s",
  },
  retries: {
    value: "N",
    parse: wholeNumber(0, 999),
    brief: "How often to try again since the last progress. Default: 4",
  },
  waitTimeout: {
    value: "TIME",
    parse: parseDuration,
    brief: "How long to wait for the service's task. Default: 1h",
  },
  spool: {
    value: "DIR",
    brief: "With --output -: where the package is kept until it has been handed on. Default: this folder",
  },
  inputFile: { value: "FILE", brief: "Read links from this file, one a line; - for stdin" },
  allowPrivateHosts: { brief: "Allow links that lead to a private address, such as 10.0.0.1" },
  instance: { value: "ID", brief: "The instance" },
  enterpriseProject: {
    value: "ID",
    brief: "The enterprise project of the servers; 0 for the default one, all_granted_eps for all",
  },
  field: {
    value: "NAME=VALUE",
    many: true,
    brief:
      "What the export takes, by the names of the library; VALUE is JSON, or else a text. Again for more",
  },
  app: { value: "ID", many: true, brief: "An application. Again for more" },
  task: { value: "ID", many: true, brief: "A data integration task. Again for more" },
  node: { value: "ID", many: true, brief: "Only this node. Again for more" },
  resource: { value: "NAME", many: true, brief: "Only this resource. Again for more" },
  business: { value: "ID", brief: "What the task is about, for example a skill" },
  doneStatus: {
    value: "STATUS",
    brief:
      "The status of a task that has ended well, which no document tells. Default: by its end and its counts",
  },
  failedStatus: { value: "STATUS", brief: "The status of a task that has failed; with --done-status" },
  cleanUp: { brief: "Delete the service's task once its file is saved" },
  exportAgain: { brief: "Start another export when the package is lost on its way, three at most" },
  wait: { brief: "Wait until it has ended" },
  noWait: { brief: "Do not wait until it is complete" },
  latest: { brief: "The newest backup that is complete" },
  allSince: {
    value: "DATE",
    parse: (text) => parseMoment(text),
    brief: "All that are complete and began since then, each in a folder of its own; 7d for a week ago",
  },
  since: {
    value: "DATE",
    parse: (text) => parseMoment(text),
    brief: "Only later ones: 2026-11-21, 2026-11-21T06:00Z, or 7d ago",
  },
  until: { value: "DATE", parse: (text) => parseMoment(text), brief: "Only earlier ones. Default: now" },
  type: {
    value: "TYPE",
    parse: oneOf(["Auto", "Manual", "Incremental"]),
    brief: "Auto, Manual or Incremental. Default: all that are full",
  },
  description: { value: "TEXT", brief: "What it is for" },
  region: { value: "REGION", brief: "The region, for example ap-southeast-3" },
  project: { value: "ID", brief: "The project. Default: the credential's own, else the region's main one" },
  endpoint: { value: "URL", brief: "Where the service answers. Default: what the region says" },
  profile: {
    value: "NAME",
    brief:
      "The profile of ~/.huaweicloud/credentials. Default: the environment, else [basic] there, else the cloud",
  },
  yes: { brief: "Remove them. Default: show what would be removed" },
  markers: { brief: "Include what is left of files that can be downloaded only once" },
  port: {
    value: "PORT",
    parse: wholeNumber(0, 65_535),
    brief: "The port to listen on. Default: any free one",
  },
  demo: { brief: "Put a file to download into each service, and tell the commands that fetch them" },
  json: { brief: "Lines of JSON on stdout, errors as JSON on stderr, and nothing else" },
  quiet: { alias: "q", brief: "Nothing on stderr but errors" },
  verbose: { alias: "v", brief: "Each request and its answer on stderr, without secrets" },
  noColor: { brief: "No colours. The variable NO_COLOR does the same" },
};

/** How to talk. */
export const talkFlags: readonly FlagName[] = ["json", "quiet", "verbose", "noColor"];

/** Whose account, and where. */
export const accountFlags: readonly FlagName[] = ["region", "project", "endpoint", "profile"];

/** How bytes are fetched and saved. */
export const fileFlags: readonly FlagName[] = [
  "output",
  "overwrite",
  "ifDifferent",
  "connections",
  "limitRate",
  "stallTimeout",
  "retries",
];

/** How a flag is written on the command line. */
export function flagText(name: FlagName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function sha256Of(text: string): string {
  if (text === "off" || /^[0-9a-f]{64}$/i.test(text)) return text;
  throw new SyntaxError("it must be 64 hex digits, or off");
}
