/** What a zone must be before it can be served (RFC 1034 §4.2.1, RFC 2181 §10, RFC 6672 §2.3); as strict as kzonecheck. */

import { TYPE, typeName } from "../dns/codes.ts";
import { type DomainName, MAXIMUM_NAME_LENGTH, nameText } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { rdataParts } from "../dns/rdata.ts";
import { type RRset, rrsetText, type Zone } from "../dns/rrset.ts";
import { aliasTargetMessage, hostTargets, TARGET_IS_ALIAS } from "../dns/target-rules.ts";
import { MOST_PROBLEMS, type Place, type Problem } from "../result.ts";
import { ZoneNames } from "./names.ts";

/** Everything that keeps the zone from being served, each problem at its record where that was written. */
export function checkZone(zone: Zone): Problem[] {
  return firstOf(zone, problemsOf(zone));
}

/** What is wrong with some records of a zone, whatever the others are. */
export function checkPartOfZone(zone: Zone): Problem[] {
  const names = new ZoneNames(zone);
  return firstOf(zone, [...problemsOfPart(zone, names), ...apexAliasProblems(zone, names)]);
}

/** Of an alias at the apex that has no company among these records: the SOA record that every zone has is some. */
function* apexAliasProblems({ apex, rrsets }: Zone, names: ZoneNames): Generator<Problem> {
  const alias = names.get(apex, TYPE.CNAME);
  const isTold = rrsets.some(
    ({ owner, type }) => type !== TYPE.CNAME && !MAY_STAND_BESIDE_CNAME.has(type) && owner.equals(apex),
  );
  if (alias !== undefined && !isTold)
    yield problem(alias, "an alias stands alone, and a zone has its SOA there");
}

function firstOf(zone: Zone, found: Iterable<Problem>): Problem[] {
  const problems: Problem[] = [];
  let more = 0;
  for (const problem of found) {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
    else more++;
  }
  if (more > 0) problems.push(zoneProblem(zone, `${more} further problems like these`, undefined));
  return problems;
}

function* problemsOf(zone: Zone): Generator<Problem> {
  const names = new ZoneNames(zone);
  yield* apexProblems(zone, names);
  yield* problemsOfPart(zone, names);
  for (const rrset of zone.rrsets) yield* glueProblems(rrset, zone, names);
}

function* problemsOfPart(zone: Zone, names: ZoneNames): Generator<Problem> {
  for (const at of names.owners()) yield* ownerProblems(at);
  for (const rrset of zone.rrsets) {
    yield* rrsetProblems(rrset);
    yield* placeInZoneProblems(rrset, zone, names);
    yield* aliasTargetProblems(rrset, zone, names);
  }
}

function* apexProblems(zone: Zone, names: ZoneNames): Generator<Problem> {
  if (names.get(zone.apex, TYPE.SOA) === undefined)
    yield zoneProblem(zone, "it has no SOA record", undefined);
  if (names.get(zone.apex, TYPE.NS) === undefined)
    yield zoneProblem(zone, "it has no NS record at its apex", undefined);
}

/** Of all RRsets at one owner. */
function* ownerProblems(at: readonly RRset[]): Generator<Problem> {
  const types = at.map((rrset) => rrset.type);
  const twice = at.find(({ type }, index) => types.indexOf(type) !== index);
  if (twice !== undefined) yield problem(twice, "it is given twice");
  const alias = at.find(({ type }) => type === TYPE.CNAME);
  const other = types.find((type) => type !== TYPE.CNAME && !MAY_STAND_BESIDE_CNAME.has(type));
  if (alias !== undefined && other !== undefined)
    yield problem(alias, `an alias stands alone, and the name has ${typeName(other)} records too`);
}

/** RFC 2181 §10.1 as updated by RFC 4034 §3 and §4. */
const MAY_STAND_BESIDE_CNAME = new Set<number>([TYPE.RRSIG, TYPE.NSEC]);

const SINGLETONS = new Set<number>([TYPE.SOA, TYPE.CNAME, TYPE.DNAME]);

/** Of an RRset, whatever stands beside it. */
function* rrsetProblems(rrset: RRset): Generator<Problem> {
  const { type, rdatas } = rrset;
  if (rdatas.length === 0) yield problem(rrset, "it has no record");
  if (SINGLETONS.has(type) && rdatas.length > 1)
    yield problem(rrset, `it has ${rdatas.length} records, one is allowed`, 1);
  const strange = rdatas.findIndex((rdata) => rdataParts(type, rdata) === undefined);
  if (strange >= 0)
    yield problem(rrset, `its RDATA has not the layout of ${typeName(type)} records`, strange);
  const length = answerLength(rrset);
  if (length > LARGEST_MESSAGE) {
    const all = `an answer with all its ${rdatas.length} records has up to ${length} octets`;
    yield problem(rrset, `${all}, and ${LARGEST_MESSAGE} are the most that a message holds`);
  }
}

const LARGEST_MESSAGE = 65_535;
const HEADER_LENGTH = 12;
/** Type and class of the question; an OPT record without options (RFC 6891 §6.1.2). */
const QUESTION_END_LENGTH = 4;
const OPT_LENGTH = 11;
/** A pointer to the question's name, type, class, TTL and RDATA length. */
const RECORD_HEAD_LENGTH = 12;

/** Octets of an answer that holds the whole RRset, names in its RDATA uncompressed. */
function answerLength({ owner, rdatas }: RRset): number {
  const asked = owner.wire.startsWith("\x01*") ? MAXIMUM_NAME_LENGTH : owner.wire.length;
  const records = rdatas.reduce((sum, rdata) => sum + RECORD_HEAD_LENGTH + rdata.length, 0);
  return HEADER_LENGTH + asked + QUESTION_END_LENGTH + records + OPT_LENGTH;
}

/** Of where an RRset stands in the zone. */
function* placeInZoneProblems(rrset: RRset, { apex }: Zone, names: ZoneNames): Generator<Problem> {
  const { owner, type } = rrset;
  if (!owner.isAtOrBelow(apex)) {
    yield problem(rrset, `it lies outside of zone ${quote(nameText(apex))}`);
    return;
  }
  if (type === TYPE.SOA && !owner.equals(apex))
    yield problem(rrset, `a SOA record belongs at the apex ${quote(nameText(apex))} alone`);
  const dname = names.above(owner, TYPE.DNAME);
  if (dname !== undefined) {
    const where = `it lies below the DNAME at ${quote(nameText(dname.owner))}`;
    yield problem(rrset, `${where} and can never be answered`);
  }
  if (type === TYPE.DNAME && !owner.equals(apex) && names.get(owner, TYPE.NS) !== undefined)
    yield problem(rrset, "the name is delegated by NS records too, and only one of the two can hold");
}

/** Of the names that MX, NS and SRV records lead to, as far as they lie in the zone. */
function* aliasTargetProblems(rrset: RRset, { apex }: Zone, names: ZoneNames): Generator<Problem> {
  for (const { name, index } of hostTargets(rrset)) {
    if (!name.isAtOrBelow(apex)) continue;
    const alias = aliasAt(name, names);
    if (alias === undefined) continue;
    const message = aliasTargetMessage(rrset, name, alias);
    const place = placeOf(rrset, index) ?? placeOf(alias, 0);
    yield { severity: "error", message, place, code: TARGET_IS_ALIAS };
  }
}

/** The record that makes a name an alias; one below a cut answers nobody. */
function aliasAt(name: DomainName, names: ZoneNames): RRset | undefined {
  const alias = names.answering(name, TYPE.CNAME) ?? names.above(name, TYPE.DNAME);
  return alias !== undefined && names.isDelegated(name) ? undefined : alias;
}

/** Of name servers in the zone that nobody finds. */
function* glueProblems(rrset: RRset, { apex }: Zone, names: ZoneNames): Generator<Problem> {
  if (rrset.type !== TYPE.NS) return;
  for (const { name, index } of hostTargets(rrset)) {
    if (!name.isAtOrBelow(apex) || aliasAt(name, names) !== undefined) continue;
    if (!names.hasGlue(name, rrset.owner)) {
      const fault = `its target ${quote(nameText(name))} lies in zone ${quote(nameText(apex))} and has no addresses; give its A or AAAA records`;
      yield problem(rrset, fault, index);
    }
  }
}

function problem(rrset: RRset, fault: string, index = 0): Problem {
  const message = `Cannot serve ${rrsetText(rrset)}: ${fault}`;
  return { severity: "error", message, place: placeOf(rrset, index) };
}

function placeOf({ places }: RRset, index: number): Place | undefined {
  return places?.[index] ?? places?.[0];
}

function zoneProblem(
  { apex }: { readonly apex: DomainName },
  fault: string,
  place: Place | undefined,
): Problem {
  return { severity: "error", message: `Cannot serve zone ${quote(nameText(apex))}: ${fault}`, place };
}
