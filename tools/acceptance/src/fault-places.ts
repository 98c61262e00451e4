import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Fault } from "./fault-case.ts";
import type { FaultServer } from "./fault-server.ts";

/** Where a download of this fault is to be found: at the server, unless the fault is that there is none. */
export async function originOf({ place }: Fault, server: FaultServer): Promise<string> {
  return place ? places[place]() : server.origin;
}

const places: Readonly<Record<NonNullable<Fault["place"]>, () => Promise<string>>> = {
  async "closed-port"() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await once(server.close(), "close");
    return `http://127.0.0.1:${port}`;
  },
  "no-such-host": async () => "https://no-such-host.invalid",
};
