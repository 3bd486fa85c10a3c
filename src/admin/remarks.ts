/** What an operator should know of the network and of faults on purpose, though the server is ready: clauses without an end. */

import type { EdgeHealth, FaultInForce, HostName } from "./sources.ts";

/** Clauses about servers and hosts, and names of faults, that are told at most. */
const MOST_CLAUSES = 20;
const MOST_FAULTS = 5;

/** That answers are wrong on purpose, where they are. */
export function faultRemarks(faults: readonly FaultInForce[]): readonly string[] {
  if (faults.length === 0) return [];
  const more = faults.length - MOST_FAULTS;
  const ids = faults.slice(0, MOST_FAULTS).map(({ id }) => JSON.stringify(id));
  const others = more > 0 ? ` and ${more} more` : "";
  return [
    `answers are wrong on purpose: lab ${faults.length === 1 ? "fault" : "faults"} ${ids.join(", ")}${others}`,
  ];
}

/** Hosts that do not resolve, and Edge Servers that are down. */
export function networkRemarks(hosts: readonly HostName[], health: readonly EdgeHealth[]): readonly string[] {
  const clauses = [
    ...hosts.flatMap((host) => hostFault(host) ?? []),
    ...health.filter(({ state }) => state === "down").map((one) => downRemark(one, health)),
  ];
  const more = clauses.length - MOST_CLAUSES;
  return more > 0 ? [...clauses.slice(0, MOST_CLAUSES), `and ${more} more of that kind`] : clauses;
}

/** Why a host name does not resolve, and what becomes of its addresses; undefined where it does. */
export function hostFault({ host, addresses, fault }: HostName): string | undefined {
  if (fault === undefined) return undefined;
  const fate =
    addresses.length === 0
      ? "it is in no answer until it does"
      : `its last addresses stay: ${addresses.join(", ")}`;
  return `host ${JSON.stringify(host)} does not resolve (${fault}); ${fate}`;
}

function downRemark(one: EdgeHealth, all: readonly EdgeHealth[]): string {
  const { pool, server, isVip, address, port, reason } = one;
  const ofServer = `Edge Server ${server === address ? address : `${JSON.stringify(server)} (${address})`}`;
  const name = isVip === true ? `load balancer's VIP ${address}` : ofServer;
  const isLast = all.filter((other) => isBeside(one, other)).every(({ state }) => state === "down");
  const fate = isLast
    ? "it stays in the answers, as all of its address family in the pool are down"
    : "it is out of the answers";
  return `${name}, port ${port}, of Edge pool ${JSON.stringify(pool)} is down: ${reason}; ${fate}`;
}

/** Whether two stand in one RRset. */
function isBeside(one: EdgeHealth, other: EdgeHealth): boolean {
  return one.pool === other.pool && one.address.includes(":") === other.address.includes(":");
}
