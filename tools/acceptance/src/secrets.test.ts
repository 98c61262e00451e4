import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { fromAccessKey, fromPassword, fromToken } from "@cloudhaul/core-auth";
import { downloadLink, type Logger, type ProgressEvent } from "@cloudhaul/core-http";
import { type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { errorShapes, startEchoServer } from "./echo-server.ts";
import { leaksIn } from "./leaks.ts";
import { type ClientOptions, clientOptions, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const secrets = {
  secretAccessKey: "SK-4f1d0c9b8a7e6d5c4b3a2918-secret",
  securityToken: "ST-hQoDYXdzEPT/+==77fe51c0-security-token",
  password: "PW-correct horse/battery+staple&-password",
  token: "TK-MIIYdAYJKoZIhvcNAQcCoIIYZTCC+/=-token",
  wrongSecret: "SK-00000000ffffffffeeeeeeee-wrong-secret",
  proxyPassword: "PX-proxy-password-19cc",
};
const accessKey = {
  accessKeyId: "AKSECRETSTEST",
  secretAccessKey: secrets.secretAccessKey,
  securityToken: secrets.securityToken,
};
const user = { name: "secrets-user", password: secrets.password, domainName: "secrets-domain" };
const zip = zipContent({ seed: "secrets", bytes: 1_000_000 });
const backup = lz4TarContent({ seed: "secrets", bytes: 1_000_000 });

/** Hears everything that is said while a test runs: log lines, events, progress. */
function listen(): {
  readonly heard: unknown[];
  readonly logger: Logger;
  onProgress(event: ProgressEvent): void;
} {
  const heard: unknown[] = [];
  const line = (message: string, fields: Readonly<Record<string, unknown>>): void =>
    void heard.push({ message, fields });
  const onEvent = (event: unknown): void => void heard.push(event);
  subscribe("cloudhaul", onEvent);
  onTestFinished(() => void unsubscribe("cloudhaul", onEvent));
  return { heard, logger: { debug: line, info: line, warn: line, error: line }, onProgress: onEvent };
}

/** What a failure gets to work with. */
interface Stage {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly logger: Logger;
  onProgress(event: ProgressEvent): void;
  /** Secrets that are made on the way, such as the signature of a link. */
  addSecrets(...found: readonly (string | null | undefined)[]): void;
}

/** Runs what must fail, looks for every secret in all that was thrown or said, and tells how much was said. */
async function expectNoLeak(fail: (stage: Stage) => Promise<unknown>): Promise<number> {
  const emulator = await startEmulator({ accessKey, user, variants: { obs: { securityToken: "present" } } });
  onTestFinished(() => emulator.close());
  const folder = await temporaryFolder();
  const { heard, logger, onProgress } = listen();
  const known: string[] = [...Object.values(secrets), emulator.token];
  const addSecrets: Stage["addSecrets"] = (...found) =>
    void known.push(
      ...found.filter((secret): secret is string => typeof secret === "string" && secret !== ""),
    );
  const error = await fail({ emulator, folder, logger, onProgress, addSecrets }).then(
    () => expect.unreachable("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  addSecrets(
    ...emulator.requests.flatMap(({ path, headers }) => [linkSecrets(path), signature(headers)].flat()),
  );
  expect(leaksIn(error, "error", known)).toEqual([]);
  expect(heard.flatMap((said) => leaksIn(said, "said", known))).toEqual([]);
  return heard.length;
}

/** The parts of a link that open it. */
function linkSecrets(url: string): (string | null)[] {
  const query = new URLSearchParams(url.split("?")[1] ?? "");
  return ["Signature", "x-obs-security-token", "x-amz-security-token"].map((name) => query.get(name));
}

function signature(headers: Readonly<Record<string, string>>): string | undefined {
  return /Signature=(\w+)/.exec(headers.authorization ?? "")?.[1];
}

const options = ({ emulator, logger }: Stage, more: Partial<ClientOptions> = {}): ClientOptions =>
  clientOptions(emulator, { logger, ...more });

const wrongCredentials: Readonly<Record<string, (stage: Stage) => ClientOptions>> = {
  "a wrong secret": (stage) => {
    const { projectId } = stage.emulator;
    const wrong = { ...accessKey, secretAccessKey: secrets.wrongSecret, projectId };
    return options(stage, { credentials: fromAccessKey(wrong) });
  },
  "a wrong token": (stage) => {
    const { projectId } = stage.emulator;
    return options(stage, { credentials: fromToken({ token: secrets.token, projectId }) });
  },
  "a wrong password": (stage) => {
    const { url, user: known } = stage.emulator;
    const { name: userName, domainName } = known;
    const password = `${secrets.password}-wrong`;
    stage.addSecrets(password);
    return options(stage, {
      credentials: fromPassword({ userName, password, domainName, iamEndpoint: url }),
    });
  },
};

describe.each(services)("no secret is told when $name", (service) => {
  const content = service.name === "dds" ? backup : zip;

  it.each(Object.entries(wrongCredentials))("refuses %s", async (_what, optionsOf) => {
    const said = await expectNoLeak((stage) => {
      service.add(stage.emulator.store, content);
      return service.save(optionsOf(stage), stage.folder);
    });
    expect(said).toBeGreaterThan(0);
  });

  it.each([
    ["is cut", { cut: { afterBytes: 500_000, by: "reset" } }],
    ["closes the connection", { drop: "after" }],
    ["answers 503", { answer: { status: 503, body: "busy" } }],
    ["answers what is no JSON", { answer: { status: 400, body: "<html>" } }],
  ] as const)("%s", async (_what, fault) => {
    await expectNoLeak((stage) => {
      service.add(stage.emulator.store, content);
      stage.emulator.faults.add({ match: service.fileRequest, ...fault });
      return service.save(options(stage), stage.folder, "sample", { onProgress: stage.onProgress });
    });
  });

  it("cannot be reached", async () => {
    await expectNoLeak(async (stage) => {
      await stage.emulator.close();
      return service.save(options(stage, { retry: { maxAttempts: 2, baseDelayMs: 1 } }), stage.folder);
    });
  });

  it.each(
    Object.keys(errorShapes).flatMap((shape) => [400, 401, 500].map((status) => [shape, status] as const)),
  )("echoes what it was sent, as %s with status %d", async (shape, status) => {
    await expectNoLeak(async (stage) => {
      const echo = await startEchoServer(status, shape);
      const { token, projectId } = stage.emulator;
      const byToken = options(stage, { endpoint: echo.url, credentials: fromToken({ token, projectId }) });
      const tokenError = await service.save(byToken, stage.folder).catch((error: unknown) => error);
      expect(leaksIn(tokenError, "error by token", [token])).toEqual([]);
      // The service's words are told, and what was secret in them is not: the echo did reach the error.
      expect(String(tokenError)).toContain("[redacted]");
      try {
        return await service.save(options(stage, { endpoint: echo.url }), stage.folder);
      } finally {
        expect(echo.authorizations.length).toBeGreaterThan(0);
        stage.addSecrets(...echo.authorizations.map((authorization) => signature({ authorization })));
      }
    });
  });
});

describe("no secret is told by IAM", () => {
  it.each(Object.keys(errorShapes))("when it echoes the password, as %s", async (shape) => {
    await expectNoLeak(async (stage) => {
      const echo = await startEchoServer(401, shape);
      const { name: userName, password, domainName } = user;
      const credentials = fromPassword({ userName, password, domainName, iamEndpoint: echo.url });
      return services[0]?.save(options(stage, { credentials }), stage.folder);
    });
  });
});

const save = (stage: Stage, url: string) => {
  stage.addSecrets(...linkSecrets(url));
  const { folder, logger, onProgress } = stage;
  return downloadLink({ url, logger, retry: false }).toFile(`${folder}/`, { onProgress });
};

const link = ({ emulator }: Stage, key: string, expiresInSeconds?: number) =>
  emulator.store.obs.link("bucket", key, { expiresInSeconds });

const linkFailures: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  "has expired": (stage) => save(stage, link(stage, "key", -60)),
  "leads to nothing": (stage) => save(stage, link(stage, "missing")),
  "was changed": (stage) => save(stage, link(stage, "key").replace("/key?", "/other?")),
  "is cut": (stage) => {
    stage.emulator.faults.add({ cut: { afterBytes: 500_000, by: "end" } });
    return save(stage, link(stage, "key"));
  },
  "cannot be reached": async (stage) => {
    const url = link(stage, "key");
    await stage.emulator.close();
    return save(stage, url);
  },
  "is not https": async (stage) =>
    save(stage, link(stage, "key").replace(/^http:\/\/[^/]+/, "http://obs.example")),
  "leads to a private address": async (stage) =>
    save(stage, link(stage, "key").replace(/^http:\/\/[^/]+/, "https://10.0.0.1")),
  "is no address": async (stage) => save(stage, link(stage, "key").replace(/^http:\/\/[^/]+/, "obs example")),
  "is redirected to a private address": (stage) => {
    const location = link(stage, "key").replace(/^http:\/\/[^/]+/, "https://10.0.0.1");
    stage.addSecrets(...linkSecrets(location));
    stage.emulator.faults.add({ answer: { status: 302, headers: { location } } });
    return save(stage, link(stage, "key"));
  },
  "is echoed": async (stage) => {
    const echo = await startEchoServer(403, "xml");
    return save(stage, link(stage, "key").replace(/^http:\/\/[^/]+/, echo.url));
  },
};

describe("no secret is told when a link", () => {
  it.each(Object.entries(linkFailures))("%s", async (_what, fail) => {
    await expectNoLeak(async (stage) => {
      stage.emulator.store.obs.put("bucket", "key", zip);
      return fail(stage);
    });
  });
});

describe("no secret is told when an option is wrong", () => {
  const wrong: Readonly<Record<string, Partial<ClientOptions>>> = {
    "the endpoint has a user": { endpoint: `https://user:${secrets.password}@obs.example` },
    "the proxy is not there": { proxy: `http://user:${secrets.proxyPassword}@127.0.0.1:1` },
    "the proxy is no URL": { proxy: `user:${secrets.proxyPassword}@ proxy` },
  };

  it.each(Object.entries(wrong))("%s", async (_what, option) => {
    await expectNoLeak(async (stage) => services[0]?.save(options(stage, option), stage.folder));
  });
});
