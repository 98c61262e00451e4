import type { CommandRun } from "./command.ts";
import { checks } from "./doctor-checks.ts";
import { errorText } from "./error-report.ts";
import { ToldFailure } from "./told-failure.ts";

const marks = { ok: "ok", warning: "warning", failure: "FAILURE" } as const;

export const doctor: CommandRun = async (session, flags) => {
  const { output, signal } = session;
  const errors: unknown[] = [];
  let end = "All is well.";
  for (const [name, check] of Object.entries(checks)) {
    const finding = await check(session, flags).catch((error: unknown) => {
      signal.throwIfAborted();
      errors.push(error);
      return { status: "failure", detail: errorText(error) } as const;
    });
    if (finding.status === "warning") end = "Nothing failed; look at the warnings.";
    const line = `${marks[finding.status].padEnd(9)}${name.padEnd(12)}${finding.detail}`;
    output.data(line, { type: "check", name, ...finding });
  }
  if (errors.length > 0) end = "Fix the first failure first; the others may come from it.";
  output.say(end);
  if (errors.length > 0) throw new ToldFailure(errors[0]);
};
