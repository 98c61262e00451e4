const secretHeaders = [
  "authorization",
  "proxy-authorization",
  "x-auth-token",
  "x-subject-token",
  "x-security-token",
  "cookie",
];

/** The URL without its query and user, for people to read: the query of a pre-signed link is its key. */
export function redactUrl(url: string): string {
  const bare = url.replace(/[?#].*$/s, "").replace(/^([a-z]+:\/\/)[^/]*@/i, "$1");
  return bare === url ? url : `${bare}${url.includes("?") ? "?…" : ""}`;
}

/** The texts in a request that must not be shown to anyone: credentials in headers, signatures in the query. */
export function secretsOf(request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}): string[] {
  const secrets = secretHeaders.flatMap((name) => request.headers[name] ?? []);
  const signature = /Signature=([0-9a-f]{16,})/i.exec(request.headers.authorization ?? "")?.[1];
  const query = request.url.split("?")[1]?.split("&") ?? [];
  const inQuery = query
    .filter((pair) => /^(x-(amz|obs)-|signature|awsaccesskeyid|accesskeyid)/i.test(pair))
    .flatMap((pair) => {
      const value = pair.slice(pair.indexOf("=") + 1);
      return [value, decode(value)];
    });
  // Texts of a few characters ("host", "1") would tear holes into innocent messages.
  return [...secrets, ...(signature ? [signature] : []), ...inQuery].filter((secret) => secret.length >= 8);
}

/** Replaces each of `secrets` in what a server said, since servers echo what they were sent. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "[redacted]"), text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not percent-encoded after all: the text itself is what to look for
  }
}
