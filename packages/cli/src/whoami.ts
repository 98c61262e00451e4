import { describeIdentity } from "@cloudhaul/core-auth";
import { formatTime } from "./amounts.ts";
import { clientOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";

export const whoami: CommandRun = async (session, flags) => {
  const { signal, output } = session;
  const identity = await describeIdentity({ ...clientOptions(session, flags), signal });
  const { credentialKind, source, accessKeyId, projectId, region, endpoint, expiresAt } = identity;
  const rows = {
    credential: `${credentialKind}${accessKeyId ? ` ${accessKeyId}` : ""}`,
    from: source,
    project: projectId ?? "not known: give --region or --project",
    region: region ?? "none: give --region",
    "asked at": endpoint,
    ...(expiresAt && { "good until": formatTime(expiresAt) }),
  };
  const text = Object.entries(rows).map(([name, value]) => `${name.padEnd(12)}${value}`);
  output.data(text.join("\n"), { type: "identity", ...identity });
};
