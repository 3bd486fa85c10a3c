/** What those who serve must know of a version, without what it was made from. */

import type { LabFault } from "../faults/lab-fault.ts";
import type { ObserverMemory } from "../observe/observer.ts";
import type { Build } from "./build.ts";

/** What those who serve must know of a build. It can be sent from thread to thread. */
export interface InForce {
  /** The compiled zones, shared and immutable. */
  readonly snapshot: SharedArrayBuffer;
  /** The first SIP domain that is published, without a final dot: for examples. */
  readonly firstPublished: string | undefined;
  readonly sipDomains: number;
  /** Why every listed SIP domain is published, where none of Lync's gates is given. */
  readonly everyListed: string | undefined;
  /** What is to be done wrong on purpose. */
  readonly faults: readonly LabFault[];
}

/**
 * What a successor must know of what was served, to go on from there: the version in force, and serials and
 * digests, so that no serial rises without a change or goes back. It can be sent from thread to thread.
 */
export interface Legacy {
  readonly inForce: InForce;
  /** Of each model, in their order, with line ends between. */
  readonly digests: string;
  /** Zones that are not served any more, as Versions writes them. */
  readonly former: string;
  /** What was seen of the network; undefined where nothing is looked at. */
  readonly observed?: ObserverMemory | undefined;
}

/** The essence of a build. */
export function inForceOf({ snapshot, deployment, derivation: { publications } }: Build): InForce {
  const published = publications.find((publication) => publication.published);
  const [first] = publications;
  return {
    snapshot: snapshot.buffer,
    firstPublished: published?.sipDomain.toString().slice(0, -1),
    sipDomains: publications.length,
    everyListed: first?.mode === "every-listed" ? first.reason : undefined,
    faults: deployment.faults,
  };
}
