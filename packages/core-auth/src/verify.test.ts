import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type AccessKey,
  type SignableRequest,
  signRequest,
  type VerifyResult,
  verifyRequest,
} from "./index.ts";

const key: AccessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "secret-of-the-test" };
const date = new Date("2026-11-20T08:30:00Z");
const derived = { region: "eu-west-101", service: "iotdm" };

const plain: SignableRequest = {
  method: "POST",
  url: "https://hss.example:8443/v5/p1/export?limit=10&name=a%20b&name=a%2Fb",
  headers: { "content-type": "application/json", "x-project-id": "p1" },
  body: '{"a":1}',
};

function signed(
  request: SignableRequest = plain,
  accessKey: AccessKey = key,
  withDerived = false,
): SignableRequest {
  const headers = signRequest(request, accessKey, { date, derived: withDerived ? derived : undefined });
  return { ...request, headers: { host: new URL(request.url).host, ...headers } };
}

const verify = (request: SignableRequest, at: Date = date, accessKey: AccessKey = key): VerifyResult =>
  verifyRequest(request, {
    accessKey: (id) => (id === accessKey.accessKeyId ? accessKey : undefined),
    date: at,
  });

const withHeaders = (request: SignableRequest, headers: Record<string, string>): SignableRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

describe("verifyRequest", () => {
  it.each([false, true])("[AUTH-3] accepts what signRequest signs (derived: %s)", (withDerived) => {
    expect(verify(signed(plain, key, withDerived))).toEqual({ ok: true, accessKeyId: "AKEXAMPLE" });
  });

  it("[AUTH-3] accepts the mere path, as a server sees it, and bytes for a text", () => {
    const request = signed();
    const url = request.url.slice("https://hss.example:8443".length);
    expect(verify({ ...request, url, body: Buffer.from('{"a":1}') })).toMatchObject({ ok: true });
  });

  it("[AUTH-3] accepts other spellings of the same path and query, and headers that were not signed", () => {
    const request = signed();
    const url = "https://hss.example:8443/v5/%70%31/export/?name=a%2fb&name=a%20b&limit=10";
    expect(verify({ ...withHeaders(request, { accept: "x/y" }), url })).toMatchObject({ ok: true });
  });

  it.each([
    [15 * 60_000, true],
    [-15 * 60_000, true],
    [15 * 60_000 + 1000, false],
    [-15 * 60_000 - 1000, false],
  ])("[AUTH-4] a clock %i ms later: accepted %s", (offset, ok) => {
    const verdict = verify(signed(), new Date(date.getTime() + offset));
    expect(verdict).toMatchObject(ok ? { ok } : { ok, reason: "stale" });
  });

  it("[AUTH-4] goes by the present time unless told", () => {
    const request = { method: "GET", url: "https://hss.example/", headers: {} };
    const now = { ...request, headers: signRequest(request, key, { date: new Date() }) };
    expect(verifyRequest(now, { accessKey: () => key })).toMatchObject({ ok: true });
    expect(verifyRequest(signed(), { accessKey: () => key })).toMatchObject({ ok: false, reason: "stale" });
  });

  it.each<[string, Partial<SignableRequest>]>([
    ["method", { method: "PUT" }],
    ["path", { url: plain.url.replace("p1", "p2") }],
    ["an encoded slash for a slash", { url: plain.url.replace("p1/export", "p1%2Fexport") }],
    ["query", { url: plain.url.replace("10", "11") }],
    ["a query more", { url: `${plain.url}&x=1` }],
    ["a query less", { url: plain.url.replace("limit=10&", "") }],
    ["body", { body: '{"a":2}' }],
    ["no body", { body: undefined }],
  ])("[AUTH-5] refuses another %s", (_, change) => {
    expect(verify({ ...signed(), ...change })).toMatchObject({ ok: false, reason: "wrong-signature" });
  });

  it("[AUTH-5] refuses a changed header, a changed host, a later date and another secret", () => {
    const wrong = { ok: false, reason: "wrong-signature" };
    expect(verify(withHeaders(signed(), { "x-project-id": "p2" }))).toMatchObject(wrong);
    expect(verify(withHeaders(signed(), { host: "other.example" }))).toMatchObject(wrong);
    expect(verify(withHeaders(signed(), { "x-sdk-date": "20261120T083001Z" }))).toMatchObject(wrong);
    expect(verify(signed(plain, { ...key, secretAccessKey: "another" }))).toMatchObject(wrong);
  });

  it.each<[string, string, Record<string, string>]>([
    ["no authorization", "missing", { authorization: "" }],
    ["a token in its place", "malformed", { authorization: "Bearer abc" }],
    ["another day in the scope", "malformed", { "x-sdk-date": "20261121T083000Z" }],
    ["a date in another form", "malformed", { "x-sdk-date": "2026-11-20T08:30:00Z" }],
    ["a day that no calendar has", "malformed", { "x-sdk-date": "20260230T083000Z" }],
    ["a digest that is none", "malformed", { "x-sdk-content-sha256": "abc" }],
  ])("refuses %s as %s", (_, reason, headers) => {
    const request = withHeaders(signed(plain, key, true), headers);
    const { authorization, ...rest } = request.headers as Record<string, string>;
    const sent = authorization === "" ? rest : { ...rest, authorization: authorization ?? "" };
    expect(verify({ ...request, headers: sent })).toMatchObject({ ok: false, reason });
  });

  it("refuses an unknown key, a list without x-sdk-date, and a listed header that is not there", () => {
    expect(verify(signed(), date, { ...key, accessKeyId: "OTHER" })).toMatchObject({ reason: "unknown-key" });
    const { authorization = "", ...rest } = signed().headers;
    const unlisted = authorization.replace(";x-sdk-date", "");
    expect(verify({ ...signed(), headers: { ...rest, authorization: unlisted } })).toMatchObject({
      reason: "unsigned-header",
    });
    const { "x-project-id": _, ...fewer } = rest;
    expect(verify({ ...signed(), headers: { ...fewer, authorization } })).toMatchObject({
      reason: "absent-header",
    });
  });

  it.each(["constructor", "__proto__"])("takes a listed %s for a header, not for a property", (name) => {
    const { authorization = "", ...rest } = signed().headers;
    const listed = authorization.replace("SignedHeaders=", `SignedHeaders=${name};`);
    const request = { ...signed(), headers: { ...rest, authorization: listed } };
    expect(verify(request)).toMatchObject({ ok: false, reason: "absent-header" });
  });

  it("[AUTH-6] compares a declared digest with the body, where the body is at hand", () => {
    const digest = createHash("sha256").update('{"a":1}').digest("hex");
    const request = signed({ ...plain, headers: { ...plain.headers, "X-Sdk-Content-Sha256": digest } });
    expect(verify(request)).toMatchObject({ ok: true });
    expect(verify({ ...request, body: undefined })).toMatchObject({ ok: true });
    expect(verify({ ...request, body: "{}" })).toMatchObject({ ok: false, reason: "wrong-payload" });
  });

  it("[AUTH-6] leaves an unsigned body out, but not that it is unsigned", () => {
    const request = signed({ ...plain, headers: { "x-sdk-content-sha256": "UNSIGNED-PAYLOAD" } });
    expect(verify({ ...request, body: "anything" })).toMatchObject({ ok: true });
    expect(verify(withHeaders(signed(), { "x-sdk-content-sha256": "UNSIGNED-PAYLOAD" }))).toMatchObject({
      ok: false,
    });
  });

  it("[AUTH-7] wants the key's own security token, and none where the key has none", () => {
    const temporary = { ...key, securityToken: "token-of-the-test" };
    const wrong = { ok: false, reason: "wrong-security-token" };
    expect(verify(signed(plain, temporary), date, temporary)).toMatchObject({ ok: true });
    expect(verify(signed(plain, { ...key, securityToken: "another" }), date, temporary)).toMatchObject(wrong);
    expect(verify(signed(), date, temporary)).toMatchObject(wrong);
    expect(verify(signed(plain, temporary))).toMatchObject(wrong);
  });

  it.each(["%", "/%zz?%=%&&=", "?", "//", "/a/../b", "/\ud800?\udfff=1", ""])(
    "does not throw for the URL %j",
    (url) => {
      expect(verify({ ...signed(), url })).toMatchObject({ ok: false });
    },
  );
});

/** A small generator of numbers from a seed (mulberry32), so that a failure can be had again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const letters = [
  "a",
  "Z",
  "7",
  "-",
  "_",
  ".",
  "~",
  "/",
  " ",
  "+",
  "*",
  "'",
  "(",
  "é",
  "华",
  "🚀",
  "%",
  "&",
  "=",
];
const alphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789";

describe("random requests", () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  it(`[AUTH-5] [AUTH-61] verify, plain and derived, and do not after any one character changed (SEED=${seed})`, () => {
    const random = randomFrom(seed);
    const text = (longest: number): string =>
      Array.from({ length: 1 + random(longest) }, () => letters[random(letters.length)]).join("");
    for (let round = 0; round < 60; round++) {
      const path = Array.from({ length: 1 + random(4) }, () => encodeURIComponent(`s${text(6)}`)).join("/");
      const query = Array.from(
        { length: random(4) },
        () => `${encodeURIComponent(text(4))}=${encodeURIComponent(text(5))}`,
      ).join("&");
      const request: SignableRequest = {
        method: ["GET", "POST", "DELETE"][random(3)] ?? "GET",
        url: `https://hss.example/${path}${query && `?${query}`}`,
        headers: { "x-one": `v${text(8)}v`, "x-two": "2" },
        body: random(2) ? text(30) : undefined,
      };
      const whole = signed(request, key, random(2) === 1);
      expect(verify(whole), `round ${round}`).toMatchObject({ ok: true });
      const passed = mutations(whole, random).filter((mutated) => verify(mutated).ok);
      expect(passed, JSON.stringify([round, whole])).toEqual([]);
    }
  });

  /** Each character of path and query, of a signed header, of the proof, and of the body put in another's place, one at a time. */
  function mutations(request: SignableRequest, random: (below: number) => number): SignableRequest[] {
    const start = "https://hss.example/".length;
    const { headers, url } = request;
    const { "x-one": header = "", authorization = "" } = headers;
    return [
      ...mutants(url.slice(start), random).map((rest) => ({ ...request, url: url.slice(0, start) + rest })),
      ...mutants(header, random).map((text) => withHeaders(request, { "x-one": text })),
      ...mutants(authorization, random).map((text) => withHeaders(request, { authorization: text })),
      ...mutants(String(request.body ?? ""), random).map((body) => ({ ...request, body })),
    ];
  }

  function mutants(text: string, random: (below: number) => number): string[] {
    return Array.from({ length: text.length }, (_, at) => {
      const old = text.charAt(at).toLowerCase(); // %2f is another spelling of %2F, not another request
      const others = [...alphanumerics].filter((character) => character !== old);
      return text.slice(0, at) + others[random(others.length)] + text.slice(at + 1);
    });
  }
});
