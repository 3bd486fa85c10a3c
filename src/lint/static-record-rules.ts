/** Pitfalls of records that the operator wrote: what other servers refuse or warn of. */

import { textOf } from "../deployment/host-name.ts";
import { TYPE, typeName } from "../dns/codes.ts";
import type { ResourceRecord } from "../dns/master-file.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { additionalTarget } from "../dns/rdata.ts";
import type { Finding } from "./finding.ts";
import type { Rule, Subject } from "./lint.ts";

export const STATIC_RECORD_RULES: readonly Rule[] = [
  { code: "host-name-not-ldh", severity: "warning", forLabsToo: true, find: strangeHostNames },
  { code: "obsolete-type", severity: "warning", forLabsToo: true, find: obsoleteTypes },
];

function* staticRecords({ deployment }: Subject): Iterable<ResourceRecord> {
  for (const { records } of deployment.zones) yield* records;
}

/** Each name is told once, at the first record that makes it a host. */
function* strangeHostNames(subject: Subject): Iterable<Finding> {
  const told = new Set<string>();
  for (const record of staticRecords(subject)) {
    const name = hostOf(record);
    if (name === undefined) continue;
    const label = strangeLabel(name);
    if (label === undefined || told.has(name.key)) continue;
    told.add(name.key);
    const message = `Host name ${quote(textOf(name))} has the label ${quote(label)}: hosts have letters, digits and inner hyphens (RFC 952, RFC 1123), BIND refuses others by default (check-names), and XMPP servers may; rename the host`;
    yield { message, place: record.place };
  }
}

const OF_HOSTS = new Set<number>([TYPE.A, TYPE.AAAA]);
const TO_HOSTS = new Set<number>([TYPE.MX, TYPE.SRV, TYPE.NS]);

/** The host that a record is about: its owner or its target. */
function hostOf({ owner, type, rdata }: ResourceRecord): DomainName | undefined {
  if (OF_HOSTS.has(type)) return isNoHost(owner) ? undefined : owner;
  return TO_HOSTS.has(type) ? additionalTarget(type, rdata) : undefined;
}

/** Active Directory (gc._msdcs) and SPF's "exists" have addresses where no host is; BIND lets them pass too. */
function isNoHost({ labels }: DomainName): boolean {
  return labels.some((label) => /^_(?:msdcs$|spf)/i.test(label));
}

const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** The first label that no host has; a wildcard stands for labels that are fit. */
function strangeLabel({ labels }: DomainName): string | undefined {
  return labels.find((label, index) => !HOST_LABEL.test(label) && !(label === "*" && index === 0));
}

const OBSOLETE = new Set<number>([TYPE.MD, TYPE.MF]);

function* obsoleteTypes(subject: Subject): Iterable<Finding> {
  for (const { owner, type, place } of staticRecords(subject)) {
    if (!OBSOLETE.has(type)) continue;
    const message = `Record ${quote(`${textOf(owner)} ${typeName(type)}`)} is of a type that MX took the place of (RFC 973): BIND refuses the whole zone file that holds it, an exported one too; write an MX record`;
    yield { message, place };
  }
}
