import type { Fault } from "./fault-case.ts";
import type { FaultServer } from "./fault-server.ts";

/** Where a download of this fault is to be found: at the server, unless the fault is that there is none. */
export function originOf({ place }: Fault, server: FaultServer): string {
  return place ? places[place] : server.origin;
}

const places: Readonly<Record<NonNullable<Fault["place"]>, string>> = {
  // Nothing listens there: a port just closed may be another program's by the time it is asked.
  "closed-port": "http://127.0.0.1:9",
  "no-such-host": "https://no-such-host.invalid",
};
