/**
 * The kernel's table of connections (nf_conntrack, wherever Docker or a firewall is): it keeps each connection
 * for two minutes after its end, and when it is full it drops packets, ours and everybody's.
 */

import { readFileSync } from "node:fs";

/** Percent of the table that a benchmark leaves to others. */
const RESERVE = 40;

/** Seconds that the table may take to forget. */
const PATIENCE = 180;

/** Waits until so many connections more do no harm. */
export async function roomForConnections(count: number): Promise<void> {
  for (let second = 0; !hasRoom(count); second++) {
    if (second === 0) process.stderr.write("Waiting for the kernel to forget closed connections\n");
    if (second === PATIENCE)
      throw new Error("Cannot open connections: the kernel's table of them (nf_conntrack) is full");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function hasRoom(count: number): boolean {
  const most = numberIn("nf_conntrack_max");
  const now = numberIn("nf_conntrack_count");
  if (most === undefined || now === undefined) return true; // nothing keeps track
  return now + count <= most * (1 - RESERVE / 100);
}

function numberIn(name: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/net/netfilter/${name}`, "utf8"));
  } catch {
    return undefined;
  }
}
