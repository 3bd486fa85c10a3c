/** What the looks at records share: whom to ask, what is wanted, and what any record may have wrong. */

import { RCODE } from "../dns/codes.ts";
import { type Asker, faultOf, type Heard, placeOf, type Source } from "./asker.ts";
import type { Expectation } from "./expectation.ts";
import { type Finding, findingsFor } from "./finding.ts";

export interface RecordsMeans {
  readonly asker: Asker;
  readonly source: Source;
  readonly expectation: Expectation | undefined;
  readonly fromPartner: boolean;
}

export const { fine, skipped, warning, broken } = findingsFor("records");

/** The cure of what is not there. */
export const PUBLISH =
  "Let the server that answers serve what `records` prints, or publish it where this zone is kept";

/** An answer that is none. */
export function noAnswer(
  name: string,
  type: string,
  { reply, milliseconds }: Heard,
  source: Source,
): Finding {
  const who = placeOf(source.endpoint);
  const isRefused = reply.kind === "reply" && reply.rcode === RCODE.REFUSED;
  return broken({
    code: "no-answer",
    subject: `${name} ${type}`,
    sentence: `${who} gives no answer: ${faultOf(reply) ?? "none"}`,
    cure: isRefused
      ? `Ask a server that serves the zone, or a resolver that serves this machine: ${who} is neither for this name`
      : "See whether the server runs, and whether UDP and TCP port 53 reach it; SERVFAIL has its reason in the server's log",
    milliseconds,
  });
}

/** A TTL that is not the deployment's. */
export function ttlFinding(
  name: string,
  found: number,
  wanted: number | undefined,
  { source }: RecordsMeans,
): Finding[] {
  // A resolver counts down what it has kept; a server gives the whole.
  if (wanted === undefined || (source.kind === "server" ? found === wanted : found <= wanted)) return [];
  return [
    warning({
      code: "ttl-differs",
      subject: name,
      sentence: `has TTL ${found}, the deployment wants ${wanted}`,
      cure: "Give it the TTL of the deployment: the time that partners need to follow a move hangs on it",
    }),
  ];
}
