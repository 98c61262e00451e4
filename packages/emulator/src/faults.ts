/** What goes wrong, and with which requests. Effects of one rule may be combined. */
export interface FaultRule {
  /** Which requests, by `METHOD /path?query`: a part of it, or a pattern. Default: all. */
  readonly match?: string | RegExp | undefined;
  /** How many matching requests to let pass first. Default 0. */
  readonly skip?: number | undefined;
  /** How many requests it strikes. Default 1. */
  readonly times?: number | undefined;
  /** An answer in place of the service's, which does not get the request. */
  readonly answer?:
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
    | undefined;
  /** Closes the connection without an answer, `before` or `after` the service has acted on the request. */
  readonly drop?: "before" | "after" | undefined;
  /** Waits before the headers, in milliseconds. */
  readonly delayMs?: number | undefined;
  /**
   * Ends the body after so many bytes: by a reset, by closing the connection, or by silence on an open one. What the client
   * has not read when a reset comes may be lost, so of a large body it may see less.
   */
  readonly cut?: { readonly afterBytes: number; readonly by: "reset" | "end" | "stall" } | undefined;
  /**
   * Closes a connection once it has carried so many bytes of bodies, in all its answers together. With `times` as large as can
   * be, no connection carries more.
   */
  readonly cutEveryBytes?: number | undefined;
  /** Slows the body down; every connection has this rate for itself. */
  readonly bytesPerSecond?: number | undefined;
  /** Inverts one byte of the body, counted from 0. */
  readonly flipByteAt?: number | undefined;
  /** Shortens the body to so many bytes, with an end and a length that look right. */
  readonly truncateTo?: number | undefined;
  /** A wrong `Content-Length`. */
  readonly contentLength?: number | undefined;
}

/** The faults that lie ahead. */
export interface Faults {
  /**
   * Adds a rule. Of several that match a request, the one added first strikes.
   *
   * @throws TypeError when the rule has an unknown name
   */
  add(rule: FaultRule): void;
  /** Takes all rules back. */
  clear(): void;
  /** The rule that strikes this request, counted as used. */
  take(line: string): FaultRule | undefined;
}

const names: Readonly<Record<keyof FaultRule, true>> = {
  match: true,
  skip: true,
  times: true,
  answer: true,
  drop: true,
  delayMs: true,
  cut: true,
  cutEveryBytes: true,
  bytesPerSecond: true,
  flipByteAt: true,
  truncateTo: true,
  contentLength: true,
};

/** No faults yet. */
export function createFaults(): Faults {
  let pending: { readonly rule: FaultRule; skip: number; times: number }[] = [];
  return {
    add(rule) {
      const unknown = Object.keys(rule).find((name) => !Object.hasOwn(names, name));
      if (unknown)
        throw new TypeError(`A fault has no ${unknown}. Known are: ${Object.keys(names).join(", ")}.`);
      pending.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1 });
    },
    clear() {
      pending = [];
    },
    take(line) {
      for (const fault of pending) {
        if (fault.times <= 0 || !matches(fault.rule.match, line)) continue;
        if (fault.skip > 0) fault.skip -= 1;
        else {
          fault.times -= 1;
          return fault.rule;
        }
      }
      return undefined;
    },
  };
}

function matches(match: string | RegExp | undefined, line: string): boolean {
  // `search` and not `test`: a global pattern keeps its place from one `test` to the next.
  return match === undefined || (typeof match === "string" ? line.includes(match) : line.search(match) >= 0);
}
