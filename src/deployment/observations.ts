/** What was seen of the network before a load: an input of it, as files are. A load looks at nothing itself. */

/** A host name of an Edge Server. */
export interface HostObservation {
  /** What the resolver said last, sorted; empty where it never said anything. */
  readonly addresses: readonly string[];
  /** Those that were published last. */
  readonly lastGood: readonly string[];
  /** Why the last look-up failed, as the second half of a sentence. */
  readonly fault: string | undefined;
}

export interface Observations {
  /** Undefined where nobody has looked yet. */
  hostNamed(host: string): HostObservation | undefined;
  /** Whether checks say that the address of an Edge pool does not answer. */
  isDown(pool: string, address: string, port: number): boolean;
}

/** Where nobody looks: no host name has addresses, and every server is taken as up. */
export const NOTHING_OBSERVED: Observations = { hostNamed: () => undefined, isDown: () => false };
