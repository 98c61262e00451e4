/** Address ranges that are not of the public internet (IANA special-purpose registries). */
const ranges = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["::", 127, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
] as const;

/** Loaded with the first link. */
const net = (): typeof import("node:net") => process.getBuiltinModule("node:net");

/** Whether `host` is this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (net().isIP(host) === 4 && host.startsWith("127."));
}

/** Whether `host` is an address of a private network; a name is not looked up. */
export function isPrivateAddress(host: string): boolean {
  const family = net().isIP(host);
  if (family === 0) return false;
  const blocked = new (net().BlockList)();
  for (const [address, prefix, type] of ranges) blocked.addSubnet(address, prefix, type);
  return blocked.check(host, family === 4 ? "ipv4" : "ipv6");
}
