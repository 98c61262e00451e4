import { type CheckedOptions, checkInput, type ParameterRule } from "./check-input.ts";
import type { HttpSettings } from "./exchange.ts";
import { createTransport } from "./http-transport.ts";
import { createLogger, type Logger } from "./logger.ts";
import { type RetryOptions, retryPolicy } from "./retry.ts";
import type { TimeoutOptions, TlsOptions, Transport } from "./transport.ts";
import { version } from "./version.ts";

/** Options that every client and {@link downloadLink} take. */
export interface HttpOptions {
  /** What carries the requests. Default: {@link createTransport}. `proxy` and `tls` go with the default only. */
  readonly transport?: Transport | undefined;
  /** How often a failed request is tried again; `false` for never. An operation's own repeat class may forbid more. */
  readonly retry?: RetryOptions | false | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /** Where log lines go. Default: nowhere but the diagnostics channel `cloudhaul`. */
  readonly logger?: Logger | undefined;
  /** Put before our own `cloudhaul/<version>` in the User-Agent header. */
  readonly userAgent?: string | undefined;
  /** The proxy's URL; `false` for none. Default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. */
  readonly proxy?: string | false | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** The rules of {@link HttpOptions}, to be spread into a client's own. */
export const httpOptionRules: Readonly<Record<keyof HttpOptions, ParameterRule>> = {
  transport: { type: "object" },
  retry: { type: "object", orFalse: true },
  timeouts: { type: "object" },
  logger: { type: "object" },
  userAgent: { maxLength: 200 },
  proxy: { orFalse: true },
  tls: { type: "object" },
};

const milliseconds: ParameterRule = { type: "integer", min: 1, max: 2 ** 31 - 1 };
const timeoutRules = { connectMs: milliseconds, headersMs: milliseconds, bodyMs: milliseconds };
const retryRules = {
  maxAttempts: { type: "integer", min: 1, max: 1000 },
  baseDelayMs: { type: "integer", min: 0 },
  maxDelayMs: { type: "integer", min: 0 },
  maxRetryAfterMs: { type: "integer", min: 0 },
} satisfies CheckedOptions;

/**
 * Fills in the defaults.
 *
 * @throws ConfigurationError when an option is wrong
 */
export function createHttpSettings(options: HttpOptions): HttpSettings {
  checkInput(timeoutRules, options.timeouts ?? {}, "timeouts.");
  if (options.retry) checkInput(retryRules, options.retry, "retry.");
  const { transport, proxy, tls, timeouts, userAgent } = options;
  const own = `cloudhaul/${version}`;
  return {
    transport: transport ?? createTransport({ proxy, tls, timeouts }),
    retry: retryPolicy(options.retry),
    timeouts: { headersMs: timeouts?.headersMs ?? 30_000, bodyMs: timeouts?.bodyMs ?? 30_000 },
    logger: createLogger(options.logger),
    userAgent: userAgent ? `${userAgent} ${own}` : own,
  };
}
