/** Host names as the system has them (getaddrinfo): hosts file, DNS, and in Compose the names of services. */

import { lookup } from "node:dns/promises";
import type { LookedUp } from "./host-names.ts";

/** All addresses of a name, of both families. Never rejects. */
export async function lookUpBySystem(host: string): Promise<LookedUp> {
  try {
    const found = await lookup(host, { all: true });
    return { kind: "found", addresses: found.map(({ address }) => address) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { kind: "failed", fault: REASONS[code] ?? `the system's resolver says ${code}` };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the system's resolver knows no such name",
  EAI_AGAIN: "the system's resolver does not answer",
};
