import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

// A network that is far away: carries TCP connections to a port of this machine, and holds everything back on its way.
// node delay-proxy.ts PORT ONE_WAY_MS, prints its own port, and ends with its standard input.
const [, , port = "", oneWay = ""] = process.argv;
const oneWayMs = Number(oneWay);

/** How much is on its way in one direction of a connection: it cannot go faster than this in the time of one way. */
const windowBytes = 1024 * 1024;

/** Hands on what one side says, in order, each chunk after its time. */
function carry(from: Socket, to: Socket, firstAt: number): void {
  const onTheWay: (() => void)[] = [];
  let bytes = 0;
  let last = firstAt;
  const later = (arrive: () => void): void => {
    onTheWay.push(arrive);
    last = Math.max(last, performance.now() + oneWayMs);
    // Timers of different lengths may swap places; what they carry may not.
    setTimeout(() => onTheWay.shift()?.(), last - performance.now());
  };
  from.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= windowBytes) from.pause();
    later(() => {
      to.write(chunk, () => {
        bytes -= chunk.length;
        if (bytes < windowBytes) from.resume();
      });
    });
  });
  from.on("end", () => later(() => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => from.readableEnded || to.destroy());
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
  const far = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const now = performance.now();
  // On this machine a connection is made at once; over such a network it would take a round trip.
  carry(near, far, now + 3 * oneWayMs);
  carry(far, near, now);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log((server.address() as AddressInfo).port);
process.stdin.on("end", () => process.exit()).resume();
