/**
 * What a request must be before a zone is looked at. The first check that fails decides; the order is the
 * protocol, and the reasons are in docs/query-checks.md.
 */

import { CLASS, OPCODE, RCODE, TYPE } from "../dns/codes.ts";
import type { Query } from "./query.ts";

type Check = readonly [rcode: number, fails: (query: Query) => boolean];

const CHECKS: readonly Check[] = [
  [RCODE.NOTIMP, (query) => query.opcode !== OPCODE.QUERY], // RFC 1035 §4.1.1, RFC 8906 §3.1.4
  [RCODE.FORMERR, (query) => !query.hasQuestion], // RFC 9619 §4: one question, readable
  [RCODE.FORMERR, (query) => !query.isWellFormed], // RFC 1035 §4.1.1, RFC 6891 §6.1.1
  [RCODE.BADVERS, (query) => query.ednsVersion > 0], // RFC 6891 §6.1.3
  [RCODE.NOTAUTH, (query) => query.tsigStart !== 0], // RFC 8945 §5.2.1: no key is known here
  [RCODE.REFUSED, (query) => query.class !== CLASS.IN && query.class !== CLASS.ANY],
  [RCODE.NOTIMP, (query) => query.type === TYPE.AXFR], // RFC 5936 §4.2: not over UDP; over TCP transfers are taken elsewhere
  [RCODE.REFUSED, (query) => query.type === TYPE.IXFR], // RFC 1995 §2: who is allowed one is answered elsewhere
];

/** The RCODE of the first check that fails, or NOERROR: the request is owed an answer from a zone. */
export function checkQuery(query: Query): number {
  for (const [rcode, fails] of CHECKS) if (fails(query)) return rcode;
  return RCODE.NOERROR;
}
