/** Whether a host name, as `URL.hostname` gives it, means this machine: what goes there is on no network. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
