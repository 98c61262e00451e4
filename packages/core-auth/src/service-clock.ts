import type { Refusal } from "@cloudhaul/core-http";
import { isLoopback } from "./loopback.ts";
import { readWireDate } from "./wire-date.ts";

/** The time as the services see it, which is this machine's until one of them says otherwise. */
export interface ServiceClock {
  /** The time to sign with. */
  now(): Date;
  /**
   * Learns the service's time from its refusal of a signature, where that was refused for its date.
   *
   * @returns whether it did, so that signing anew is worth a try
   */
  learn(refusal: Pick<Refusal, "request" | "error" | "headers">): boolean;
}

const minuteMs = 60_000;

/** A gateway takes a signature from 15 minutes before or after its own time; one minute is for `Date` and the way. */
const surelyStaleMs = 14 * minuteMs;

/** Where the refusal speaks of the date, the less of the two: a clock that is right has nothing to learn. */
const saidStaleMs = 1 * minuteMs;

/** A clock may be set to another time zone, but whoever claims more than a day wants signatures for another day. */
const maxOffsetMs = 24 * 60 * minuteMs;

/**
 * A clock for the signatures of one client. When a service refuses one for its date, it tells its own time, in the
 * message (`server time:20230527T020608Z`) or else in the header `Date`; from then on that offset is kept. It is believed
 * over https and loopback alone, up to 24 hours either way.
 *
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-apig/apig-faq-0009.html
 */
export function createServiceClock(): ServiceClock {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    learn({ request, error, headers }) {
      const { protocol, hostname } = new URL(request.url);
      if (protocol !== "https:" && !isLoopback(hostname)) return false;
      const message = error.serviceMessage ?? "";
      const serviceMs = serviceTimeIn(message) ?? Date.parse(headers.date ?? "");
      const signedMs = readWireDate(request.headers["x-sdk-date"] ?? "") ?? Number.NaN;
      const staleMs = /signature expired|server time/i.test(message) ? saidStaleMs : surelyStaleMs;
      const learnedMs = serviceMs - Date.now();
      // Both comparisons are false for a time that could not be read.
      if (!(Math.abs(serviceMs - signedMs) >= staleMs && Math.abs(learnedMs) <= maxOffsetMs)) return false;
      offsetMs = learnedMs;
      return true;
    },
  };
}

function serviceTimeIn(message: string): number | undefined {
  const [, time] = /server time:? *(\d{8}T\d{6}Z)/i.exec(message) ?? [];
  return time === undefined ? undefined : readWireDate(time);
}
