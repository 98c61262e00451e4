import { TransportError } from "@cloudhaul/core-http";
import { describe, expect, it, vi } from "vitest";
import type { Answer, SeenRequest } from "./__fixtures__/loopback.ts";
import { clientSettings, expectNoSecret, failureOf, secrets, serve } from "./__fixtures__/scene.ts";
import { type CredentialContext, type Credentials, fromMetadata } from "./index.ts";

const context = (more: Partial<CredentialContext> = {}): CredentialContext => ({
  ...clientSettings(),
  ...more,
});
const tokenRequest = "PUT /meta-data/latest/api/token";
const keyRequest = "GET /openstack/latest/securitykey";
const lineOf = ({ method, url }: SeenRequest): string => `${method} ${url}`;
const gone: Answer = { status: 404, text: "not found" };

let issued = 0;
const key = (lifetimeMs = 6 * 3600_000): Answer => {
  issued += 1;
  const expires_at = new Date(Date.now() + lifetimeMs).toISOString().replace("Z", "000Z");
  const { secretAccessKey: secret, securityToken } = secrets;
  return {
    json: { credential: { access: `AK${issued}`, secret, securitytoken: securityToken, expires_at } },
  };
};

/** A metadata service of these rows, and what it was asked. */
async function metadata(rows: Readonly<Record<string, (request: SeenRequest, count: number) => Answer>>) {
  const server = await serve((request, count) => rows[lineOf(request)]?.(request, count) ?? gone);
  return {
    ...server,
    lines: () => server.seen.map(lineOf),
    provider: fromMetadata({ endpoint: server.url }),
  };
}

const giveToken = (): Answer => ({ text: secrets.token });
const giveKeyForToken = ({ headers }: SeenRequest): Answer =>
  headers["x-metadata-token"] === secrets.token ? key() : { status: 401, text: "" };

describe("fromMetadata", () => {
  it("[AUTH-37] asks for a token of six hours, and with it for a key, which it keeps", async () => {
    const server = await metadata({ [tokenRequest]: giveToken, [keyRequest]: giveKeyForToken });
    const asked = context();
    const found = await server.provider(asked);
    expect(found).toMatchObject({
      kind: "access-key",
      source: "ECS metadata",
      securityToken: secrets.securityToken,
    });
    expect(await server.provider(asked)).toBe(found);
    expect(server.lines()).toEqual([tokenRequest, keyRequest]);
    expect(server.seen[0]?.headers["x-metadata-token-ttl-seconds"]).toBe("21600");
  });

  it.each([404, 405, 503])("[AUTH-37] goes without a token for 24 hours after a %i", async (status) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const server = await metadata({
      [tokenRequest]: () => ({ status, text: "" }),
      [keyRequest]: () => key(),
    });
    let rejected: Credentials = await server.provider(context());
    rejected = await server.provider(context({ rejected }));
    expect(server.lines()).toEqual([tokenRequest, keyRequest, keyRequest]);
    expect(server.seen[1]?.headers).not.toHaveProperty("x-metadata-token");
    vi.setSystemTime(Date.now() + 24 * 3600_000 + 1);
    await server.provider(context({ rejected }));
    expect(server.lines().slice(3)).toEqual([tokenRequest, keyRequest]);
  });

  it("[AUTH-37] gets a fresh token once when the service refuses the old one", async () => {
    const tokens = ["old", secrets.token];
    const server = await metadata({
      [tokenRequest]: () => ({ text: tokens.shift() ?? "none" }),
      [keyRequest]: giveKeyForToken,
    });
    await server.provider(context());
    expect(server.lines()).toEqual([tokenRequest, keyRequest, tokenRequest, keyRequest]);
    const stubborn = await metadata({
      [tokenRequest]: giveToken,
      [keyRequest]: () => ({ status: 401, text: "" }),
    });
    const error = await failureOf(stubborn.provider(context()));
    expect(error).toMatchObject({ credentialKind: "metadata", host: stubborn.host });
    expect(stubborn.lines()).toEqual([tokenRequest, keyRequest, tokenRequest, keyRequest]);
    expectNoSecret(error);
  });

  it("[AUTH-38] passes over a server without an agency, asking for no second token", async () => {
    const message = "Please configure Cloud Service Agency first.";
    const server = await metadata({
      [tokenRequest]: giveToken,
      [keyRequest]: () => ({ status: 401, json: { message } }),
    });
    const error = await failureOf(server.provider(context()));
    expect(error).toMatchObject({ credentialKind: "none", host: server.host });
    expect(error.message).toContain("no agency");
    expect(server.lines()).toEqual([tokenRequest, keyRequest]);
  });

  it("[AUTH-38] passes over what is no metadata service, without trying again", async () => {
    for (const status of [301, 400, 403, 500, 502]) {
      const server = await metadata({ [tokenRequest]: () => ({ status, text: "no" }) });
      expect(await failureOf(server.provider(context()))).toMatchObject({ credentialKind: "none" });
      expect(server.lines()).toEqual([tokenRequest]);
    }
    const nothingListens = "127.0.0.1:9";
    const error = await failureOf(fromMetadata({ endpoint: `http://${nothingListens}` })(context()));
    expect(error.credentialKind).toBe("none");
    expect(error.message).toContain(`No metadata service at ${nothingListens}`);
  });

  it("[AUTH-38] waits three seconds for an answer, no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const silent = (signal: AbortSignal | undefined): Promise<never> =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const transport = {
      send: (_: unknown, options?: { signal?: AbortSignal | undefined }) => silent(options?.signal),
      close: async () => undefined,
    };
    const failing = failureOf(fromMetadata()(context({ transport })));
    await vi.advanceTimersByTimeAsync(2999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await failing).message).toContain("no answer within 3 s");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[AUTH-38] is sure of a service that gave a key: its failures are told", async () => {
    let isUp = true;
    const server = await metadata({
      [tokenRequest]: giveToken,
      [keyRequest]: (request) => (isUp ? giveKeyForToken(request) : { status: 500, text: secrets.token }),
    });
    const rejected = await server.provider(context());
    isUp = false;
    const error = await failureOf(server.provider(context({ rejected })));
    expect(error).toMatchObject({ credentialKind: "metadata", host: server.host });
    expectNoSecret(error);
  });

  it("[AUTH-38] ends with the reason of its signal", async () => {
    const leaving = new AbortController();
    const reason = new Error("enough");
    const transport = {
      async send(): Promise<never> {
        leaving.abort(reason);
        throw new TransportError("CONNECTION_LOST", "headers", "The connection was lost.");
      },
      close: async () => undefined,
    };
    await expect(fromMetadata()(context({ transport, signal: leaving.signal }))).rejects.toBe(reason);
  });

  it.each(["169.254.169.254", "http://127.0.0.1/path", ""])(
    "[AUTH-8] refuses the endpoint %j",
    (endpoint) => {
      expect(() => fromMetadata({ endpoint })).toThrow(expect.objectContaining({ option: "endpoint" }));
    },
  );
});
