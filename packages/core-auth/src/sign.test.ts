import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { ConfigurationError } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import {
  type AccessKey,
  type DerivedScope,
  type SignableRequest,
  signRequest,
  verifyRequest,
} from "./index.ts";

interface Vector {
  readonly id: string;
  readonly ambiguous?: string;
  readonly input: {
    readonly method: string;
    readonly url: string;
    readonly wirePath: string;
    readonly body: { readonly kind: string; readonly text?: string; readonly base64?: string } | null;
    readonly headers: Record<string, string>;
    readonly ak: string;
    readonly sk: string;
    readonly securityToken: string | null;
    readonly xSdkDate: string;
    readonly derived: DerivedScope | null;
  };
  readonly acceptable: {
    readonly signedHeaders: string[];
    readonly authorization: string;
    readonly headers: Record<string, string>;
  }[];
  readonly rejected: { readonly authorization?: string; readonly implementations: string[] }[];
}

const { vectors } = JSON.parse(
  readFileSync(new URL("__fixtures__/signing-vectors.json", import.meta.url), "utf8"),
) as {
  vectors: Vector[];
};

const dateOf = ({ input }: Vector): Date =>
  new Date(input.xSdkDate.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));

const keyOf = ({ input }: Vector): AccessKey => ({
  accessKeyId: input.ak,
  secretAccessKey: input.sk,
  securityToken: input.securityToken ?? undefined,
});

const bodyOf = ({ input: { body } }: Vector): Uint8Array | string | undefined =>
  body?.base64 === undefined ? body?.text : Buffer.from(body.base64, "base64");

/** The headers that the signature names, in the spelling and with the value in which the client gave them. */
function signedOnly(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name.toLowerCase())));
}

const onWire = (vector: Vector, headers: Record<string, string>): SignableRequest => ({
  method: vector.input.method,
  url: vector.input.url,
  headers,
  body: bodyOf(vector),
});

const verifyVector = (vector: Vector, headers: Record<string, string>) =>
  verifyRequest(onWire(vector, headers), { accessKey: () => keyOf(vector), date: dateOf(vector) });

const clear = vectors.filter((vector) => vector.ambiguous === undefined);

describe("the vectors of the official SDKs", () => {
  it("are all there", () => expect(vectors).toHaveLength(37));

  // Where documents leave the order of parameters open, names are sorted before they are encoded, as three of four SDKs do.
  const signedAlike = vectors.filter(({ id }) => id !== "path-encoded-slash");
  it.each(signedAlike.map((vector) => [vector.id, vector] as const))(
    "[AUTH-1] %s is signed alike",
    (_, vector) => {
      const withHost = vector.acceptable.filter(({ signedHeaders }) => signedHeaders.includes("host"));
      expect(withHost).not.toHaveLength(0);
      for (const { headers, signedHeaders, authorization } of withHost) {
        const given = signedOnly(headers, signedHeaders);
        const signed = signRequest(onWire(vector, given), keyOf(vector), {
          date: dateOf(vector),
          derived: vector.input.derived ?? undefined,
        });
        expect(signed.authorization).toBe(authorization);
        expect(signed["x-sdk-date"]).toBe(vector.input.xSdkDate);
        expect(signed["x-security-token"]).toBe(vector.input.securityToken ?? undefined);
      }
    },
  );

  it.each(clear.map((vector) => [vector.id, vector] as const))("[AUTH-3] %s verifies", (_, vector) => {
    expect(vector.acceptable).not.toHaveLength(0);
    for (const { headers } of vector.acceptable) {
      expect(verifyVector(vector, headers)).toEqual({ ok: true, accessKeyId: vector.input.ak });
    }
  });

  const wrong = vectors.flatMap((vector) =>
    vector.rejected.flatMap(({ authorization, implementations }) =>
      authorization === undefined
        ? []
        : [[`${vector.id} of ${implementations.join()}`, vector, authorization] as const],
    ),
  );
  it.each(wrong)("[AUTH-3] %s does not verify", (_, vector, authorization) => {
    const { host } = new URL(vector.input.url);
    const headers = {
      ...vector.input.headers,
      host,
      "X-Sdk-Date": vector.input.xSdkDate,
      Authorization: authorization,
    };
    expect(verifyVector(vector, headers)).toMatchObject({ ok: false, reason: "wrong-signature" });
  });
});

const key: AccessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "secret-of-the-test" };
const date = new Date("2026-11-20T08:30:00.900Z");

describe("signRequest", () => {
  it("[AUTH-2] signs exactly the headers given, host and x-sdk-date", () => {
    const request = {
      method: "get",
      url: "https://hss.example/v5",
      headers: { "X-Language": "en-us", accept: "a/b" },
    };
    const signed = signRequest(request, key, { date });
    expect(signed.authorization).toMatch(
      /^SDK-HMAC-SHA256 Access=AKEXAMPLE, SignedHeaders=accept;host;x-language;x-sdk-date, Signature=[0-9a-f]{64}$/,
    );
    expect({ ...signed, authorization: "" }).toEqual({
      accept: "a/b",
      "x-language": "en-us",
      "x-sdk-date": "20261120T083000Z",
      authorization: "",
    });
  });

  it("[AUTH-2] leaves its arguments as they are, and gives the same for the same", () => {
    const request = Object.freeze({
      method: "GET",
      url: "https://hss.example/",
      headers: Object.freeze({ a: "1" }),
    });
    expect(signRequest(request, key, { date })).toEqual(signRequest(request, key, { date }));
  });

  it("replaces the proof of an earlier try", () => {
    const request = { method: "GET", url: "https://hss.example/", headers: {} };
    const headers = signRequest(request, key, { date });
    const later = new Date(date.getTime() + 60_000);
    expect(signRequest({ ...request, headers }, key, { date: later })).toEqual(
      signRequest(request, key, { date: later }),
    );
  });

  it.each(["/v5", "hss.example/v5", "ftp://hss.example/", "https://"])(
    "[AUTH-8] refuses the URL %j",
    (url) => {
      expect(() => signRequest({ method: "GET", url, headers: {} }, key, { date })).toThrow(
        ConfigurationError,
      );
    },
  );

  it("[AUTH-8] refuses an invalid date", () => {
    const request = { method: "GET", url: "https://hss.example/", headers: {} };
    expect(() => signRequest(request, key, { date: new Date("x") })).toThrow(ConfigurationError);
  });

  it.each([1, 63, 64, 65, 200])("[AUTH-1] takes a secret of %i bytes, and of any characters", (length) => {
    for (const secretAccessKey of ["s".repeat(length), "ü".repeat(length)]) {
      const request = { method: "GET", url: "https://hss.example/v5", headers: {} };
      const { authorization } = signRequest(request, { ...key, secretAccessKey }, { date });
      const empty = createHash("sha256").digest("hex");
      const canonical = `GET\n/v5/\n\nhost:hss.example\nx-sdk-date:20261120T083000Z\n\nhost;x-sdk-date\n${empty}`;
      const text = `SDK-HMAC-SHA256\n20261120T083000Z\n${createHash("sha256").update(canonical).digest("hex")}`;
      const signature = createHmac("sha256", secretAccessKey).update(text).digest("hex");
      expect(authorization?.endsWith(`Signature=${signature}`)).toBe(true);
    }
  });

  it("[AUTH-61] derives another key for another secret, id, day, region and service", () => {
    const request = { method: "GET", url: "https://iotda.example/", headers: {} };
    const derived = { region: "cn-north-4", service: "iotdm" };
    const signatures = [
      [key, date, derived],
      [{ ...key, secretAccessKey: "another" }, date, derived],
      [{ ...key, accessKeyId: "ANOTHER" }, date, derived],
      [key, new Date("2026-11-21T08:30:00Z"), derived],
      [key, date, { ...derived, region: "cn-north-9" }],
      [key, date, { ...derived, service: "iotda" }],
    ].map(([accessKey, day, scope]) =>
      signRequest(request, accessKey as AccessKey, { date: day as Date, derived: scope as DerivedScope }),
    );
    for (
      let index = 0;
      index < 40;
      index++ // so many keys that the first is forgotten
    )
      signRequest(request, { ...key, accessKeyId: `AK${index}` }, { date, derived });
    signatures.push(signRequest(request, key, { date, derived }));
    const distinct = new Set(signatures.map(({ authorization }) => authorization?.split("Signature=")[1]));
    expect(distinct.size).toBe(6);
    expect(signatures.at(-1)).toEqual(signatures[0]);
  });

  it("[AUTH-60] leaves a stream unread and says that it is unsigned", () => {
    const body = Readable.from([Buffer.from("a")]);
    const request = { method: "PUT", url: "https://hss.example/v5", headers: {}, body };
    const signed = signRequest(request, key, { date });
    expect(signed["x-sdk-content-sha256"]).toBe("UNSIGNED-PAYLOAD");
    expect(signed.authorization).toContain("SignedHeaders=host;x-sdk-content-sha256;x-sdk-date,");
    expect(body.readableDidRead).toBe(false);
    const verify = (sent: Partial<SignableRequest>) =>
      verifyRequest({ ...request, headers: signed, ...sent }, { accessKey: () => key, date });
    expect(verify({})).toMatchObject({ ok: true });
    expect(verify({ body: "the bytes of the stream" })).toMatchObject({ ok: true });
    expect(verify({ url: "https://hss.example/v6" })).toMatchObject({ ok: false });
  });

  it("[AUTH-60] keeps the digest of a stream that the caller knows", () => {
    const digest = createHash("sha256").update("a").digest("hex");
    const body = Readable.from([Buffer.from("a")]);
    const request = {
      method: "PUT",
      url: "https://hss.example/v5",
      headers: { "x-sdk-content-sha256": digest },
      body,
    };
    const headers = signRequest(request, key, { date });
    expect(headers["x-sdk-content-sha256"]).toBe(digest);
    const options = { accessKey: () => key, date };
    expect(verifyRequest({ ...request, headers }, options)).toMatchObject({ ok: true });
    expect(verifyRequest({ ...request, headers, body: "a" }, options)).toMatchObject({ ok: true });
    expect(verifyRequest({ ...request, headers, body: "b" }, options)).toMatchObject({ ok: false });
  });

  it("[AUTH-60] a stream without any digest does not pass for an empty body", () => {
    const request = { method: "PUT", url: "https://hss.example/v5", headers: {} };
    const headers = signRequest(request, key, { date });
    const body = Readable.from([Buffer.from("a")]);
    const verdict = verifyRequest({ ...request, headers, body }, { accessKey: () => key, date });
    expect(verdict).toMatchObject({ ok: false, reason: "wrong-payload" });
  });
});
