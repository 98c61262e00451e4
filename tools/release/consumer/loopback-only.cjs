// Loaded before a consumer's program: it may speak with loopback, and with nobody else.
const dns = require("node:dns");
const net = require("node:net");

const loopback = new Set([undefined, "localhost", "127.0.0.1", "::1"]);
const refuse = (host) => {
  throw new Error(`it asked for ${host}, which is not its business here`);
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function watched(...args) {
  // As net.connect() hands it on, in an array, or as given: options, or a port and a host.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === "object" ? first.host : second;
  if (!loopback.has(typeof host === "function" ? undefined : host)) refuse(host);
  return connect.apply(this, args);
};

const { lookup } = dns;
dns.lookup = (host, ...rest) => (loopback.has(host) ? lookup(host, ...rest) : refuse(host));
