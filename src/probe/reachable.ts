/** Where a server can be asked that listens on an address. */

/** The address to ask a server on that listens on this one: loopback for "all addresses". */
export function reachable(listen: string): string {
  if (listen === "0.0.0.0") return "127.0.0.1";
  return isWildcard(listen) ? "::1" : listen;
}

/** Whether an address stands for all of its family. */
export function isWildcard(address: string): boolean {
  return /^[0:]+$/.test(address) || address === "0.0.0.0";
}
