/** What a transfer consists of: the records of a zone between two SOAs, what changed in it, or its SOA alone. */

import { TYPE } from "../dns/codes.ts";
import type { SearchName } from "../zone/lookup.ts";
import { isSerialAfter } from "../zone/serial.ts";
import { compareVersions } from "./difference.ts";
import type { Journal } from "./journal.ts";
import {
  nodeAt,
  nodeCount,
  type RecordPlace,
  recordCount,
  rrsetAt,
  rrsetCount,
  soaOf,
  typeOf,
  type ZoneVersion,
} from "./version.ts";

/** Records in their order; `undefined` where others should have their turn. */
export type Content = Generator<RecordPlace | undefined, void>;

/** How a transfer is answered, for the log. */
export type Style = "AXFR" | "IXFR" | "SOA";

export interface Answer {
  /** Settled when the content has come to its second record. */
  readonly style: Style;
  readonly content: Content;
}

/** The whole zone (RFC 5936 §2.2). */
export function* wholeZone(version: ZoneVersion): Content {
  yield soaOf(version);
  for (let index = 0; index < nodeCount(version); index++) {
    const node = nodeAt(version, index);
    for (let at = 0; at < rrsetCount(version, node); at++)
      yield* rrsetRecords(version, node, rrsetAt(version, node, at));
  }
  yield soaOf(version);
}

function* rrsetRecords(version: ZoneVersion, node: number, rrset: number): Content {
  if (typeOf(version, rrset) === TYPE.SOA) return; // the zone's one stands at both ends
  const count = recordCount(version, rrset);
  for (let index = 0; index < count; index++) yield { version, node, rrset, index };
}

/** The SOA, for who has this version already, or a later one (RFC 1995 §2, §4). */
function* soaAlone(version: ZoneVersion): Content {
  yield soaOf(version);
}

/**
 * What changed since an earlier version, all versions between condensed into one step (RFC 1995 §4, §5); the
 * whole zone where that is shorter. The first record is the same in both, so it can be decided on the way.
 */
function* changes(old: ZoneVersion, now: ZoneVersion, onWhole: () => void): Content {
  const comparison = compareVersions(old, now);
  let step = comparison.next();
  for (; step.done !== true; step = comparison.next()) yield undefined;
  const { removed, added, recordCount: whole } = step.value;
  if (removed.length + added.length + 3 > whole) {
    onWhole();
    return yield* wholeZone(now);
  }
  yield soaOf(now);
  yield soaOf(old);
  yield* removed;
  yield soaOf(now);
  yield* added;
  yield soaOf(now);
}

/** Answers an IXFR from a client that has this serial. */
export function answerIxfr(now: ZoneVersion, apex: SearchName, serial: number, journal: Journal): Answer {
  if (!isSerialAfter(now.serial, serial)) return { style: "SOA", content: soaAlone(now) };
  const old = journal.find(apex, serial);
  if (old === undefined) return { style: "AXFR", content: wholeZone(now) };
  let style: Style = "IXFR";
  const content = changes(old, now, () => {
    style = "AXFR";
  });
  return {
    get style() {
      return style;
    },
    content,
  };
}
