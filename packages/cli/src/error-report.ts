import { exitCodeOf } from "./exit-codes.ts";

/** Fields that would say a thing twice, or hold other errors. */
const leftOut = new Set(["name", "saved", "failures", "cause", "stack"]);

/** An error as one object for programs: the library's `code`, its message and fields, and the exit code. */
export function errorObject(error: unknown): object {
  const { name = "Error", message = String(error), code = "INTERNAL" } = (error ?? {}) as ErrorLike;
  const isOurs = exitCodeOf(error) !== 1;
  const fields = isOurs ? Object.entries(error as object).filter(([key]) => !leftOut.has(key)) : [];
  return {
    type: "error",
    ...Object.fromEntries(fields),
    error: name,
    code: isOurs ? code : "INTERNAL",
    message: inFlags(message),
    exitCode: exitCodeOf(error),
  };
}

/** An error for people: what happened, and what to do. */
export function errorText(error: unknown): string {
  if (exitCodeOf(error) === 1) return faultText(error);
  return inFlags((error as ErrorLike).message ?? "");
}

/** What the library calls its options, and what they are called here. */
const flagsForOptions: readonly (readonly [RegExp, string])[] = [
  [/overwrite: true/g, "--overwrite"],
  [/allowPrivateHosts: true/g, "--allow-private-hosts"],
  [/^region is missing/g, "--region is missing"],
  [/\bprojectId\b/g, "--project"],
  [/the option endpoint/g, "--endpoint"],
  [/Give the option credentials, or set them up/g, "Set them up"],
];

function inFlags(message: string): string {
  return flagsForOptions.reduce((text, [option, flag]) => text.replace(option, flag), message);
}

interface ErrorLike {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
}

function faultText(error: unknown): string {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a fault of cloudhaul. Please report it, with these lines:\n${told}`;
}
