import { inspect } from "node:util";
import { AuthenticationError, type HttpSettings } from "@cloudhaul/core-http";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { type Answer, httpSettings, type SeenRequest, startServer } from "./loopback.ts";

export const secrets = {
  secretAccessKey: "SECRET-ACCESS-KEY-0001",
  securityToken: "SECRET-SECURITY-TOKEN-0002",
  token: "SECRET-IAM-TOKEN-0003",
  password: "SECRET-PASSWORD-0004",
};
export const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: secrets.secretAccessKey };
export const region = "cn-north-4";

const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  // The machine's own account has no part in these tests.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("HUAWEICLOUD_SDK_")) vi.stubEnv(name, undefined);
  }
  for (const name of ["HOME", "USERPROFILE"]) vi.stubEnv(name, "/no-home-of-anyone");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

/** Settings whose connections are closed after the test, before the servers. */
export function clientSettings(): HttpSettings {
  const settings = httpSettings();
  closers.unshift(() => settings.transport.close());
  return settings;
}

/** A server that is closed after the test. */
export async function serve(answer: (request: SeenRequest, count: number) => Answer | Promise<Answer>) {
  const server = await startServer(answer);
  closers.push(server.close);
  return server;
}

/** The AuthenticationError that `run` must reject with. */
export async function failureOf(run: Promise<unknown>): Promise<AuthenticationError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AuthenticationError);
  return error as AuthenticationError;
}

/** Nothing that a program could print of `value` shows a secret: not its text, its insides, its causes. */
export function expectNoSecret(value: unknown): void {
  for (const secret of Object.values(secrets)) expect(printed(value)).not.toContain(secret);
}

function printed(value: unknown): string {
  const cause = value instanceof Error ? value.cause : undefined;
  const insides = inspect(value, { depth: null, showHidden: true });
  const shown = `${insides}\n${String(value)}\n${JSON.stringify(value) ?? ""}`;
  return cause === undefined ? shown : `${shown}\n${printed(cause)}`;
}
