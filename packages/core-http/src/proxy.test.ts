import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTransport } from "./index.ts";
import { proxyFor } from "./proxy.ts";

beforeEach(() => {
  for (const name of ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"])
    vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const hostFor = (url: string) => proxyFor(new URL(url), undefined)?.url.host;

describe("[HTTP-3] the environment's proxy", () => {
  it("is that of the protocol, lower case first, and for https also that of http", () => {
    vi.stubEnv("HTTP_PROXY", "http://plain-upper:1");
    expect([hostFor("http://h/"), hostFor("https://h/")]).toEqual(["plain-upper:1", "plain-upper:1"]);
    vi.stubEnv("HTTPS_PROXY", "http://secure-upper:1");
    expect([hostFor("http://h/"), hostFor("https://h/")]).toEqual(["plain-upper:1", "secure-upper:1"]);
    vi.stubEnv("http_proxy", "http://plain-lower:1");
    vi.stubEnv("https_proxy", "http://secure-lower:1");
    expect([hostFor("http://h/"), hostFor("https://h/")]).toEqual(["plain-lower:1", "secure-lower:1"]);
  });

  it("is none where no variable says one; an empty one says nothing", () => {
    expect(hostFor("https://h/")).toBeUndefined();
    for (const name of ["http_proxy", "https_proxy"]) vi.stubEnv(name, "");
    expect(hostFor("https://h/")).toBeUndefined();
    vi.stubEnv("HTTP_PROXY", "http://plain-upper:1");
    expect(hostFor("https://h/")).toBe("plain-upper:1");
  });

  it("has the exceptions of the variable in lower case, where both are set", () => {
    vi.stubEnv("HTTP_PROXY", "http://proxy:1");
    vi.stubEnv("no_proxy", "lower");
    vi.stubEnv("NO_PROXY", "upper");
    expect([hostFor("http://lower/"), hostFor("http://upper/")]).toEqual([undefined, "proxy:1"]);
  });

  it.each([
    ["example.com", "https://example.com/", true],
    ["example.com", "https://a.example.com/", true],
    ["example.com", "https://anexample.com/", false],
    [".example.com", "https://a.example.com/", true],
    ["*.example.com", "https://example.com/", true],
    ["EXAMPLE.com", "https://example.com/", true],
    ["other, example.com", "https://example.com/", true],
    ["other example.com", "https://example.com/", true],
    ["*", "https://example.com/", true],
    ["", "https://example.com/", false],
    ["", "https://example.com./", false],
    [".", "https://example.com/", false],
    ["example.com:443", "https://example.com/", true],
    ["example.com:80", "http://example.com/", true],
    ["example.com:8443", "https://example.com/", false],
    ["example.com:8443", "https://example.com:8443/", true],
    ["10.0.0.9", "https://10.0.0.9/", true],
    ["[fd00::5]", "https://[fd00::5]/", true],
    ["fd00::5", "https://[fd00::5]/", true],
    ["::5", "https://[fd00::5]/", false],
    ["[fd00::5]:443", "https://[fd00::5]/", true],
    ["[fd00::5]:444", "https://[fd00::5]/", false],
  ])("with NO_PROXY=%j is passed by for %s: %s", (exceptions, url, isPassedBy) => {
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY"]) vi.stubEnv(name, "http://proxy:1");
    for (const name of ["NO_PROXY", "no_proxy"]) {
      vi.stubEnv(name, exceptions);
      expect(hostFor(url), name).toBe(isPassedBy ? undefined : "proxy:1");
      vi.stubEnv(name, undefined);
    }
  });

  it.each([
    "http://localhost/",
    "http://a.localhost/",
    "http://127.0.0.1/",
    "http://127.1.2.3/",
    "http://[::1]/",
    "http://169.254.169.254/",
  ])("is never asked for %s", (url) => {
    vi.stubEnv("HTTP_PROXY", "http://proxy:1");
    expect(hostFor(url)).toBeUndefined();
  });

  it("is named by its variable when it is no proxy, and without its password", () => {
    vi.stubEnv("https_proxy", "socks5://user:s3cret@h:1");
    const attempt = () => hostFor("https://h/");
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option: "https_proxy" }));
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining("s3cret") }));
  });
});

describe("[HTTP-22] the proxy option", () => {
  it.each(["proxy:3128", "socks5://h:1", "nonsense", "http://u:100%@h:1", "http://u:%ff@h:1"])(
    "%j is refused at once",
    (proxy) => {
      expect(() => createTransport({ proxy })).toThrow(
        expect.objectContaining({ code: "CONFIGURATION", option: "proxy" }),
      );
    },
  );

  it("may have a name or a password, percent-encoded, and goes before the environment", () => {
    vi.stubEnv("HTTP_PROXY", "http://other:1");
    const given = (proxy: string) => proxyFor(new URL("http://localhost/"), proxy)?.authorization;
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
    expect(given("http://h:1")).toBeUndefined();
    expect(given("http://u%3A:p%40%C3%A9@h:1")).toBe(basic("u::p@é"));
    expect(given("http://u@h:1")).toBe(basic("u:"));
    expect(given("http://:p@h:1")).toBe(basic(":p"));
  });
});
