import { ConfigurationError } from "./errors.ts";

/** A proxy to go through. */
export interface ProxyServer {
  readonly url: URL;
  /** For its `Proxy-Authorization`, where its URL has a name and a password. */
  readonly authorization?: string | undefined;
}

/** Loopback addresses never go through the environment's proxy, nor does the metadata service. */
const alwaysDirect = ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"];

/**
 * The proxy for an origin.
 *
 * @param option - the proxy's URL, `false` for none, `undefined` for what the environment says in `HTTP_PROXY`,
 * `HTTPS_PROXY` and `NO_PROXY`, lower case first
 */
export function proxyFor(origin: URL, option: string | false | undefined): ProxyServer | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return parseProxy(option, "proxy");
  const [name, value] = fromEnvironment(origin.protocol);
  if (value === undefined || isException(origin)) return undefined;
  return parseProxy(value, name);
}

/**
 * Checks the option before the first request.
 *
 * @throws ConfigurationError without the URL, which may hold a password
 */
export function parseProxy(text: string, option: string): ProxyServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ConfigurationError(option, `${option} must be a URL such as http://proxy.example:3128.`);
  const { username, password } = url;
  if (!username && !password) return { url };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function fromEnvironment(protocol: string): [name: string, value: string | undefined] {
  const names = ["http_proxy", "HTTP_PROXY"];
  if (protocol === "https:") names.unshift("https_proxy", "HTTPS_PROXY");
  const name = names.find((one) => process.env[one]) ?? "";
  return [name, process.env[name]];
}

/** As curl reads NO_PROXY: names with or without a dot or star before them stand for their subdomains, too. */
function isException({ hostname, port, protocol }: URL): boolean {
  const given = (process.env.no_proxy ?? process.env.NO_PROXY ?? "").split(/[\s,]+/);
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return [...given, ...alwaysDirect].filter(Boolean).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", onlyPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const bare = name.replace(/^\*?\./, "");
    const isName = bare !== "" && (hostname === bare || hostname.endsWith(`.${bare}`));
    return isName && (onlyPort === undefined || onlyPort === ownPort);
  });
}
