/** What the deployment wants partners to see of a SIP domain. */

import { textOf } from "../deployment/host-name.ts";
import { formatAddress } from "../dns/address.ts";
import type { Publication } from "../records/publication.ts";

export interface ExpectedTarget {
  readonly host: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  readonly addresses: readonly string[];
}

export interface Expectation {
  /** SRV records to targets, one to "." (RFC 2782), or none; and why. */
  readonly kind: "published" | "refused" | "unpublished";
  readonly reason: string;
  readonly targets: readonly ExpectedTarget[];
  /** TTLs in seconds of SRV records, and of the hosts' addresses. */
  readonly ttl: number;
  readonly hostTtl: number;
}

/** What is derived for a SIP domain, in the words of an answer: names without a final dot, addresses as text. */
export function expectationOf(publication: Publication): Expectation {
  const { published, refused, reason, targets, ttl, hostTtl } = publication;
  return {
    kind: published ? "published" : refused ? "refused" : "unpublished",
    reason,
    ttl,
    hostTtl,
    targets: targets.map(({ host, port, priority, weight, addresses }) => ({
      host: textOf(host),
      port,
      priority,
      weight,
      addresses: addresses.map(({ octets }) => formatAddress(octets)),
    })),
  };
}
