import { retryPolicy } from "@cloudhaul/core-http";
import { expect, it, vi } from "vitest";
import { type Answer, signalFlag, tokenAnswer } from "./__fixtures__/loopback.ts";
import { clientSettings, failureOf, region, secrets, serve } from "./__fixtures__/scene.ts";
import {
  type CredentialContext,
  type CredentialProvider,
  type Credentials,
  createAuthorizer,
  fromPassword,
} from "./index.ts";

const minute = 60_000;
const hour = 60 * minute;
const user = { userName: "exporter", password: secrets.password, domainName: "acme" };
/** Dated by the clock of the test, as `expires_at` is. */
function numbered(count: number, lifetimeMs?: number): Answer {
  const answer = tokenAnswer(`${secrets.token}-${count}`, lifetimeMs);
  return { ...answer, headers: { ...answer.headers, date: new Date().toUTCString() } };
}
const fakeClock = (): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
const endOf = ({ expiresAt }: Credentials): number => expiresAt?.getTime() ?? Number.NaN;

/** IAM that answers so, and a provider that asks it. */
async function start(answer: (count: number) => Answer | Promise<Answer>) {
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const warned = signalFlag();
  const settings = clientSettings();
  const logger = {
    ...settings.logger,
    warn(text: string, fields: Readonly<Record<string, unknown>>) {
      if (!text.includes("ahead")) return;
      warnings.push(fields);
      warned.raise();
    },
  };
  const server = await serve((_, count) => answer(count));
  const context: CredentialContext = { ...settings, logger, region };
  return { server, context, warnings, warned, provider: fromPassword({ ...user, iamEndpoint: server.url }) };
}

const thousandTimes = (provider: CredentialProvider, context: CredentialContext) =>
  Promise.allSettled(Array.from({ length: 1000 }, () => provider(context)));

it("[AUTH-30] begins a renewal ahead of the end, for which nobody waits", async () => {
  fakeClock();
  const mayAnswer = signalFlag();
  const asked = signalFlag();
  const { server, context, provider } = await start(async (count) => {
    if (count === 1) return numbered(1, hour);
    asked.raise();
    await mayAnswer.raised;
    return numbered(2, hour);
  });
  const first = await provider(context);
  vi.setSystemTime(endOf(first) - 6 * minute);
  expect(await provider(context)).toBe(first);
  vi.setSystemTime(endOf(first) - 3 * minute);
  for (let call = 0; call < 100; call += 1) expect(await provider(context)).toBe(first);
  await asked.raised;
  expect(await provider(context)).toBe(first);
  mayAnswer.raise();
  await vi.waitFor(async () =>
    expect(await provider(context)).toMatchObject({ token: `${secrets.token}-2` }),
  );
  expect(server.seen).toHaveLength(2);
});

it("[AUTH-31] goes on with the old one when an early renewal fails, until its real end", async () => {
  fakeClock();
  const { server, context, provider, warnings, warned } = await start((count) =>
    count === 2 ? { status: 401, json: { error: { code: 401, message: "not now" } } } : numbered(count, hour),
  );
  const first = await provider(context);
  vi.setSystemTime(endOf(first) - 3 * minute);
  expect(await provider(context)).toBe(first);
  await warned.raised;
  expect(warnings).toHaveLength(1);
  expect(String(warnings[0]?.reason)).toContain("not now");
  for (let call = 0; call < 100; call += 1) expect(await provider(context)).toBe(first);
  expect(server.seen).toHaveLength(2);
  vi.setSystemTime(endOf(first) - 2 * minute);
  expect(await provider(context)).toBe(first);
  await vi.waitFor(async () =>
    expect(await provider(context)).toMatchObject({ token: `${secrets.token}-3` }),
  );
  expect(server.seen).toHaveLength(3);
});

it("[AUTH-31] fails at the real end when no renewal has worked", async () => {
  fakeClock();
  const { context, provider, warned } = await start((count) =>
    count === 1 ? numbered(1, hour) : { status: 401, json: { error: { code: 401, message: "not now" } } },
  );
  const first = await provider(context);
  vi.setSystemTime(endOf(first) - minute);
  await provider(context);
  await warned.raised;
  vi.setSystemTime(endOf(first) - 1);
  expect(await provider(context)).toBe(first);
  vi.setSystemTime(endOf(first));
  expect((await failureOf(provider(context))).message).toContain("not now");
});

it("[AUTH-32] does not renew for each request what lives shorter than the margin, or comes expired", async () => {
  fakeClock();
  for (const lifetimeMs of [minute, 2000, 0, -hour]) {
    const { server, context, provider } = await start((count) => numbered(count, lifetimeMs));
    for (let call = 0; call < 50; call += 1) await provider(context);
    expect(server.seen).toHaveLength(1);
    vi.setSystemTime(Date.now() + minute + 1);
    await provider(context);
    expect(server.seen).toHaveLength(2);
  }
});

it("[AUTH-33] asks IAM once for 1,000 requests at an expired token", async () => {
  fakeClock();
  const { server, context, provider } = await start((count) => numbered(count, hour));
  const expired = await provider(context);
  vi.setSystemTime(endOf(expired) + 1);
  const all = await thousandTimes(provider, context);
  expect(server.seen).toHaveLength(2);
  expect(new Set(all.map((one) => one.status === "fulfilled" && one.value)).size).toBe(1);
});

it("[AUTH-33] asks IAM once for 1,000 requests when the first renewal fails, and once when the second works", async () => {
  const {
    server,
    context: usual,
    provider,
  } = await start((count) =>
    count === 1 ? { status: 503, json: { error: { code: 503, message: "not now" } } } : numbered(count),
  );
  const context = { ...usual, retry: retryPolicy(false) };
  const failed = await thousandTimes(provider, context);
  expect(failed.every(({ status }) => status === "rejected")).toBe(true);
  expect(server.seen).toHaveLength(1);
  const good = await thousandTimes(provider, context);
  expect(good.every(({ status }) => status === "fulfilled")).toBe(true);
  expect(server.seen).toHaveLength(2);
});

it("[AUTH-33] renews once for 1,000 requests whose token was refused at once", async () => {
  const { server, context, provider } = await start((count) => numbered(count));
  const rejected = await provider(context);
  const authorizers = Array.from({ length: 1000 }, () =>
    createAuthorizer({ credentials: provider, settings: context, region }),
  );
  const request = { method: "GET", url: server.url, headers: {} };
  const authorized = await Promise.all(
    authorizers.map(async (authorizer) => {
      const first = await authorizer.authorize(request, undefined);
      const error = { serviceMessage: "The token must be updated" } as never;
      await authorizer.refused({ request: first, error, headers: {}, again: false }, undefined);
      return authorizer.authorize(request, undefined);
    }),
  );
  expect(rejected).toMatchObject({ token: `${secrets.token}-1` });
  expect(new Set(authorized.map(({ headers }) => headers["x-auth-token"]))).toEqual(
    new Set([`${secrets.token}-2`]),
  );
  expect(server.seen).toHaveLength(2);
});

it("[AUTH-46] spreads the renewals of many machines over a time", async () => {
  fakeClock();
  const random = vi.spyOn(Math, "random");
  const renewsAt = async (share: number, beforeEndMs: number): Promise<boolean> => {
    random.mockReturnValue(share);
    const { server, context, provider } = await start((count) => numbered(count, hour));
    const first = await provider(context);
    vi.setSystemTime(endOf(first) - beforeEndMs);
    await provider(context);
    if (share === 0) await vi.waitFor(() => expect(server.seen).toHaveLength(2));
    return server.seen.length === 2;
  };
  expect(await renewsAt(0, 4.9 * minute)).toBe(true);
  expect(await renewsAt(0.99, 4.9 * minute)).toBe(false);
  random.mockRestore();
});

it.each([-3, 3])("[AUTH-45] counts a token's life by the clock of IAM, %i hours off", async (hours) => {
  fakeClock();
  const there = Date.now() + hours * hour;
  const { server, context, provider } = await start(() => {
    const answer = numbered(1);
    const expires_at = new Date(there + hour).toISOString();
    const headers = { ...answer.headers, date: new Date(there).toUTCString() };
    return { ...answer, headers, json: { token: { expires_at } } };
  });
  const first = await provider(context);
  expect(Math.abs(endOf(first) - Date.now() - hour)).toBeLessThan(2000);
  expect(await provider(context)).toBe(first);
  expect(server.seen).toHaveLength(1);
});

it("[AUTH-33] tells a refusal again without asking, since wrong passwords in a row lock a user", async () => {
  fakeClock();
  const { server, context, provider } = await start((count) =>
    count === 1
      ? { status: 401, json: { error: { code: 401, message: "wrong password" } } }
      : numbered(count),
  );
  for (let call = 0; call < 20; call += 1) await expect(provider(context)).rejects.toThrow("wrong password");
  expect(server.seen).toHaveLength(1);
  vi.setSystemTime(Date.now() + 31_000);
  await provider(context);
  expect(server.seen).toHaveLength(2);
});
