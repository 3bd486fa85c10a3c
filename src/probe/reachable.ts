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

const NO_SUCH_FAMILY = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "ENETUNREACH", "EHOSTUNREACH"]);

/**
 * Whether a fault (the system's name of it) on the way to an address listened on says that this machine lacks its
 * family: nobody can ask there. Only of addresses that are listened on by default: in containers the wildcard "::"
 * can often be had where ::1 cannot.
 */
export function lacksFamily(listen: string, fault: string | undefined): boolean {
  const isByDefault = isWildcard(listen) || listen === "::1";
  return isByDefault && NO_SUCH_FAMILY.has(fault ?? "");
}
