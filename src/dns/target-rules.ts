/** What the targets of MX, NS and SRV records must not be. The same words wherever a zone is looked at. */

import { TYPE } from "./codes.ts";
import { type DomainName, nameText } from "./name.ts";
import { quote } from "./quotation.ts";
import { additionalTarget } from "./rdata.ts";
import { type RRset, rrsetText } from "./rrset.ts";

/** A name that a record sends its reader to, and which record of the RRset does. */
export interface Target {
  readonly name: DomainName;
  readonly index: number;
}

/** Types whose targets must have addresses of their own, with the rule that says so. */
const RULES: ReadonlyMap<number, string> = new Map([
  [TYPE.NS, "an NS target must never be one (RFC 2181 §10.3)"],
  [TYPE.MX, "an MX target must never be one (RFC 2181 §10.3)"],
  [TYPE.SRV, "an SRV target must never be one (RFC 2782)"],
]);

/** The targets of an RRset that must not be aliases; those that say "no service" left out. */
export function hostTargets({ type, rdatas }: RRset): Target[] {
  if (!RULES.has(type)) return [];
  return rdatas.flatMap((rdata, index) => {
    const name = additionalTarget(type, rdata);
    return name === undefined ? [] : [{ name, index }];
  });
}

/** The code of that problem in docs/lint.md. */
export const TARGET_IS_ALIAS = "target-is-alias";

/** Why an RRset cannot be served whose target is an alias by another RRset: a CNAME, a wildcard's perhaps, or a DNAME above. */
export function aliasTargetMessage(rrset: RRset, target: DomainName, alias: RRset): string {
  const rule = RULES.get(rrset.type);
  return `Cannot serve ${rrsetText(rrset)}: its target ${quote(nameText(target))} ${aliasText(target, alias)}, and ${rule}`;
}

function aliasText(target: DomainName, alias: RRset): string {
  if (alias.type === TYPE.DNAME) return "lies below a DNAME, which makes it an alias";
  return alias.owner.equals(target)
    ? "is an alias (CNAME)"
    : `is an alias, as the wildcard ${rrsetText(alias)} covers it`;
}
