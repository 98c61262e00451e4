import { setTimeout as sleep } from "node:timers/promises";
import {
  AuthenticationError,
  type CloudhaulError,
  ConfigurationError,
  ServiceError,
  TimeoutError,
  TransportError,
} from "./errors.ts";
import type { RepeatClass } from "./operation.ts";

/** How often and how fast a failed request is tried again. `false` in its place: never. */
export interface RetryOptions {
  /** Tries in all, the first included, since the last progress. Default 5. */
  readonly maxAttempts?: number | undefined;
  /** Bound of the first wait in milliseconds; it doubles each time, and the wait is random below it. Default 500. */
  readonly baseDelayMs?: number | undefined;
  /** Bound of every such wait, in milliseconds. Default 20,000. */
  readonly maxDelayMs?: number | undefined;
  /** The longest wait that a service may ask for, in milliseconds; a longer one is cut to it. Default 120,000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** {@link RetryOptions} with nothing left open. */
export type RetryPolicy = { readonly [Name in keyof RetryOptions]-?: number };

const defaults: RetryPolicy = {
  maxAttempts: 5,
  baseDelayMs: 500,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 120_000,
};

/** Fills in the defaults. */
export function retryPolicy(options: RetryOptions | false | undefined): RetryPolicy {
  if (options === false) return { ...defaults, maxAttempts: 1 };
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Whether the service cannot have acted on the request that ended so. */
export function isDefiniteRefusal(error: unknown): boolean {
  if (ServiceError.isInstance(error)) return error.kind === "throttled";
  return (TransportError.isInstance(error) || TimeoutError.isInstance(error)) && error.phase === "connect";
}

/** Whether a request that ended so was refused, so that it has done nothing. A gateway that answers 502 or 504 does not know that. */
export function wasRefused(error: unknown): boolean {
  if (ServiceError.isInstance(error) && (error.status < 500 || error.kind !== "server")) return true;
  if (AuthenticationError.isInstance(error) || ConfigurationError.isInstance(error)) return true;
  return isDefiniteRefusal(error);
}

/** Whether a request that ended with `error` may be sent again. */
export function mayRepeat(error: unknown, repeat: RepeatClass): boolean {
  // First, since both are met while connecting, which may be repeated otherwise: no wait makes a certificate trusted, or
  // a password right.
  if (TransportError.isInstance(error) && (error.code === "TLS" || error.code === "PROXY")) return false;
  if (isDefiniteRefusal(error)) return true;
  if (repeat === "never") return false;
  if (ServiceError.isInstance(error)) return error.retryable;
  if (TransportError.isInstance(error)) return error.code !== "HEADERS_TOO_LARGE";
  return TimeoutError.isInstance(error) && error.phase !== "wait";
}

/** Waits before try number `attempt + 1`: what the service asked for, else full jitter (AWS architecture blog, 2015). */
export async function backOff(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = ServiceError.isInstance(error) ? error.retryAfterMs : undefined;
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const delayMs = asked === undefined ? Math.random() * bound : Math.min(asked, policy.maxRetryAfterMs);
  await wait(delayMs, signal);
}

/** Waits, or rejects with the signal's own reason. */
export async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delayMs, undefined, signal ? { signal } : undefined);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Reads a Retry-After header: seconds, or one of the three date forms of RFC 9110.
 *
 * @returns milliseconds from now, at least 0, or `undefined` where the header says nothing
 */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(/GMT|UTC|[+-]\d{4}/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Runs `attempt` until it succeeds, may not be repeated, or the tries are used up. */
export async function withRetry<Result>(
  run: (attempt: number) => Promise<Result>,
  options: {
    policy: RetryPolicy;
    repeat: RepeatClass;
    signal: AbortSignal | undefined;
    onRetry(error: CloudhaulError, attempt: number): void;
  },
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await run(attempt);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (attempt >= options.policy.maxAttempts || !mayRepeat(error, options.repeat)) throw error;
      options.onRetry(error as CloudhaulError, attempt);
      await backOff(error, attempt, options.policy, options.signal);
    }
  }
}
