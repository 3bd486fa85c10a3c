/** Names of zones on the command line. */

import type { DomainName } from "../dns/name.ts";

export { askedName as zoneNamed } from "../deployment/host-name.ts";

/** A name as people write it: without the final dot, the root aside. */
export function withoutFinalDot(name: DomainName): string {
  return name.isRoot ? "." : name.toString().slice(0, -1);
}
