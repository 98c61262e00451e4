import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { describeIdentity, resolveEndpoint, resolveIamEndpoint } from "@cloudhaul/core-auth";
import {
  ConfigurationError,
  createTransport,
  FileSystemError,
  findLeftovers,
  redactUrl,
} from "@cloudhaul/core-http";
import { formatBytes, formatDuration } from "./amounts.ts";
import { clientOptions } from "./client-options.ts";
import type { FlagValues } from "./flags.ts";
import { serviceRegions } from "./service-regions.ts";
import type { Session } from "./session.ts";

/** What a check has found. What is a failure, it throws. */
export interface Finding {
  readonly status: "ok" | "warning";
  readonly detail: string;
}

type Check = (session: Session, flags: FlagValues) => Promise<Finding>;

const minuteMs = 60_000;
const littleBytes = 1024 ** 3;

/** Everything that is looked at, in the order in which one depends on the other. */
export const checks: Readonly<Record<string, Check>> = {
  async node() {
    return ok(`${process.version} on ${process.platform} ${process.arch}`);
  },

  async proxy() {
    const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    const name = names.find((one) => process.env[one]);
    const url = process.env[name ?? ""];
    if (name === undefined || url === undefined) return ok("none is set");
    if (!URL.canParse(url))
      throw new ConfigurationError("proxy", `${name} is no URL: write it like http://proxy.example:3128.`);
    const exceptions = process.env.NO_PROXY ?? process.env.no_proxy;
    return ok(`${name} ${redactUrl(url)}${exceptions ? `, not for ${exceptions}` : ""}`);
  },

  async region(session, flags) {
    const { region } = flags;
    if (region === undefined)
      return warning("none is given, so no service can be looked up: --region REGION");
    const own = { ...clientOptions(session, flags), endpoint: undefined };
    const { known, unknown, reason } = await serviceRegions(own);
    if (known.length === 0) throw reason;
    const there = `${region} has ${known.join(", ")}`;
    if (unknown.length === 0) return ok(there);
    return warning(
      `${there}; of ${unknown.join(", ")} no address is known there: to use it, give --endpoint`,
    );
  },

  async endpoint(session, flags) {
    const { url, elapsedMs } = await askEndpoint(session, flags);
    return ok(`${url} answers after ${formatDuration(elapsedMs)}`);
  },

  async clock(session, flags) {
    const { date, askedAt } = await askEndpoint(session, flags);
    if (date === undefined)
      return warning("the endpoint does not tell its time, so yours cannot be compared");
    const offMs = askedAt - date;
    const off = `${formatDuration(Math.abs(offMs))} ${offMs > 0 ? "fast" : "slow"}`;
    if (Math.abs(offMs) < minuteMs) return ok("right to the minute");
    return warning(`${off}. Signatures are refused beyond 15 minutes: set it (timedatectl set-ntp true)`);
  },

  async credential(session, flags) {
    const options = { ...clientOptions(session, flags), signal: session.signal };
    const { credentialKind, source, accessKeyId, projectId } = await describeIdentity(options);
    const who = `${credentialKind}${accessKeyId ? ` ${accessKeyId}` : ""} from ${source}`;
    if (projectId === undefined) return warning(`${who}; no project: give --region or --project`);
    return ok(`${who}, project ${projectId}`);
  },

  async disk({ signal }, { output: folder = "." }) {
    const free = await onFolder(folder, async () => {
      await access(folder, constants.W_OK);
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    });
    const left = (await findLeftovers(folder, { signal })).filter(({ state }) => state === "stale");
    const detail = `${folder} has room for ${formatBytes(free)}`;
    if (left.length > 0)
      return warning(`${detail}; ${left.length} interrupted downloads: cloudhaul clean ${folder}`);
    return free < littleBytes ? warning(`${detail}: make some`) : ok(detail);
  },
};

function ok(detail: string): Finding {
  return { status: "ok", detail };
}

function warning(detail: string): Finding {
  return { status: "warning", detail };
}

/** Any answer will do: it shows the way to be open, and the time. */
async function askEndpoint({ signal }: Session, { endpoint, region }: FlagValues) {
  const url =
    endpoint === undefined
      ? resolveIamEndpoint({ region })
      : resolveEndpoint({ service: "endpoint", endpoint, regions: {} });
  const transport = createTransport();
  const startedAt = performance.now();
  try {
    const answer = await transport.send({ method: "GET", url: `${url}/`, headers: {} }, { signal });
    const askedAt = Date.now();
    await answer.body.cancel();
    const dateMs = Date.parse(answer.headers.date ?? "");
    const date = Number.isNaN(dateMs) ? undefined : dateMs;
    return { url, date, askedAt, elapsedMs: performance.now() - startedAt };
  } finally {
    await transport.close();
  }
}

async function onFolder<Result>(folder: string, look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new FileSystemError("NOT_FOUND", folder, `${folder} does not exist: make it, or name another.`);
    const kind = code === "EROFS" ? "READ_ONLY" : "PERMISSION_DENIED";
    throw new FileSystemError(kind, folder, `${folder} cannot be written: ${message}`);
  }
}
