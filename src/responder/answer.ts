/**
 * Answers a question from a Snapshot: RFC 1034 §4.3.2 as sharpened by RFC 2308, 4592, 6672 and 8020.
 *
 * A question is followed link by link (CNAME, DNAME) through all zones that we serve: where we are the only
 * name server of an XMPP server, nobody else will follow for it.
 */

import { EDE, RCODE, TYPE } from "../dns/codes.ts";
import { octetAt, wordAt } from "../dns/octets.ts";
import { isAllowed } from "../zone/access.ts";
import { findNode, findRRset, findZone, Location, SearchName } from "../zone/lookup.ts";
import {
  ABSOLUTE_TARGET,
  MODEL,
  NODE,
  PART,
  RRSET,
  RRSET_FLAG,
  type Snapshot,
  ZONE,
} from "../zone/snapshot.ts";
import { type Client, TRUSTED_CLIENT, UNKNOWN_CLIENT } from "./client.ts";
import { HEADER_LENGTH, type Query } from "./query.ts";
import { type ReplyWriter, SECTION } from "./reply-writer.ts";

/** Links of a chain that are followed; a loop ends here at the latest. */
const MAXIMUM_LINKS = 8;

const MAXIMUM_NAME_LENGTH = 255;

/** What the sections of a reply amount to. */
export interface Answer {
  rcode: number;
  authoritative: boolean;
  truncated: boolean;
  /** Why it is REFUSED (RFC 8914 §4); below 0 where it is not. */
  extendedError: number;
}

/** Which addresses a referral needs: its own glue most, then that of the zone, then whatever else we hold. */
const NEED = { ANY: 0, OWN_GLUE: 1, OF_ZONE: 2, OF_OTHER_ZONES: 3 } as const;
type Need = (typeof NEED)[keyof typeof NEED];
const NEEDS = [NEED.OWN_GLUE, NEED.OF_ZONE, NEED.OF_OTHER_ZONES] as const;

/** What became of each link of a chain. */
const LINK = { DONE: 0, FOLLOW: 1 } as const;
type Link = (typeof LINK)[keyof typeof LINK];

/** Answers one question at a time; its fields are used again and again, so that no query makes an object. */
export class Answerer {
  readonly answer: Answer = { rcode: 0, authoritative: false, truncated: false, extendedError: -1 };
  readonly #location = new Location();
  readonly #chainName = new SearchName();
  readonly #targetName = new SearchName();
  readonly #targetLocation = new Location();
  readonly #nameOctets = new Uint8Array(512);
  /** The name of the link in work and where it stands in the message. */
  #name = this.#chainName;
  #ownerPosition = HEADER_LENGTH;
  #links = 0;
  #client = UNKNOWN_CLIENT;
  /** The aliases followed so far: RRset and zone, for the same model may be met in two zones. */
  readonly #followed = new Uint32Array(2 * MAXIMUM_LINKS);
  /** The name that each was followed from: a wildcard's or DNAME's RRset leads on from many. */
  readonly #followedFrom = new Uint8Array(MAXIMUM_LINKS * MAXIMUM_NAME_LENGTH);

  /** The zone that the last name was looked up in, as a word offset in the snapshot. */
  get zone(): number {
    return this.#location.zone;
  }

  /** Seconds that a secondary may keep the zone whose SOA the last question was answered with; below 0: with none. */
  expire({ words }: Snapshot): number {
    const isAtApex = this.#links === 0 && this.#location.apexLabel === 0;
    if (!isAtApex || this.answer.rcode !== RCODE.NOERROR || !this.answer.authoritative) return -1;
    return wordAt(words, this.#location.model + MODEL.EXPIRE);
  }

  /** Writes answer, authority and additional sections; the outcome is in `answer`. */
  resolve(snapshot: Snapshot, query: Query, writer: ReplyWriter, turn: number, client: Client): void {
    const { answer } = this;
    this.#client = client;
    answer.rcode = RCODE.NOERROR;
    answer.authoritative = true;
    answer.truncated = false;
    answer.extendedError = -1;
    this.#name = query.name;
    this.#ownerPosition = HEADER_LENGTH;
    for (this.#links = 0; this.#links <= MAXIMUM_LINKS; this.#links++) {
      if (this.#resolveLink(snapshot, query, writer, turn) === LINK.DONE) return;
    }
  }

  #resolveLink(snapshot: Snapshot, query: Query, writer: ReplyWriter, turn: number): Link {
    const location = this.#location;
    if (!findZone(snapshot, this.#name, 0, location)) return this.#leave(EDE.NOT_AUTHORITATIVE);
    if (query.type === TYPE.DS && location.apexLabel === 0) this.#moveToParentZone(snapshot);
    if (!mayAsk(snapshot, location.model, this.#client)) return this.#leave(EDE.PROHIBITED);
    writer.enterZone(location.zone, this.#apexPosition());
    findNode(snapshot, this.#name, location);
    const cut = wordAt(snapshot.words, location.encloser + NODE.CUT);
    if (cut !== 0 && !(cut === location.node && query.type === TYPE.DS))
      return this.#refer(snapshot, cut, writer, turn);
    if (location.node !== 0) return this.#answerFrom(snapshot, location.node, query, writer, turn);
    const dname = wordAt(snapshot.words, location.encloser + NODE.DNAME);
    if (dname !== 0) return this.#redirect(snapshot, dname, query.type, writer, turn);
    const wildcard = wordAt(snapshot.words, location.encloser + NODE.WILDCARD);
    if (wildcard !== 0) return this.#answerFrom(snapshot, wildcard, query, writer, turn);
    this.answer.rcode = RCODE.NXDOMAIN;
    return this.#deny(snapshot, writer);
  }

  /** DS belongs to the parent's side of a cut (RFC 4035 §3.1.4.1), if we serve the parent too. */
  #moveToParentZone(snapshot: Snapshot): void {
    const { zone, model } = this.#location;
    if (findZone(snapshot, this.#name, 1, this.#location)) return;
    this.#location.zone = zone;
    this.#location.model = model;
    this.#location.apexLabel = 0;
  }

  /** Where the zone's apex stands in the message: inside QNAME, as long as that is the name in work. */
  #apexPosition(): number {
    if (this.#links > 0) return 0;
    return HEADER_LENGTH + this.#name.startOf(this.#location.apexLabel);
  }

  /** The name is in none of the zones that the client may ask: REFUSED, or the end of a chain that leaves them. */
  #leave(extendedError: number): Link {
    if (this.#links > 0) return LINK.DONE;
    this.answer.rcode = RCODE.REFUSED;
    this.answer.authoritative = false;
    this.answer.extendedError = extendedError;
    return LINK.DONE;
  }

  #answerFrom(snapshot: Snapshot, node: number, query: Query, writer: ReplyWriter, turn: number): Link {
    const cname = wordAt(snapshot.words, node + NODE.CNAME);
    if (cname !== 0 && query.type !== TYPE.CNAME && query.type !== TYPE.ANY) {
      return this.#followAlias(snapshot, cname, writer, turn);
    }
    const rrset =
      query.type === TYPE.ANY ? firstRRset(snapshot, node) : findRRset(snapshot, node, query.type);
    if (rrset === 0) return this.#deny(snapshot, writer);
    if (!this.#write(snapshot, rrset, writer, turn)) return LINK.DONE;
    if ((wordAt(snapshot.words, rrset + RRSET.FLAGS) & RRSET_FLAG.ADDITIONAL) !== 0) {
      this.#addTargets(snapshot, rrset, 0, NEED.ANY, writer, turn);
    }
    return LINK.DONE;
  }

  /** Writes an RRset of the answer section under the name in work, or marks the answer as truncated. */
  #write(snapshot: Snapshot, rrset: number, writer: ReplyWriter, turn: number): boolean {
    const ttl = wordAt(snapshot.words, rrset + RRSET.TTL);
    if (writer.rrset(snapshot, SECTION.ANSWER, rrset, ttl, this.#ownerPosition, 0, turn)) return true;
    this.answer.truncated = true;
    return false;
  }

  /** NODATA or NXDOMAIN: the SOA goes along, with the TTL of negative answers (RFC 2308 §3). */
  #deny(snapshot: Snapshot, writer: ReplyWriter): Link {
    const { model } = this.#location;
    const { words } = snapshot;
    const apexNode = wordAt(words, model + MODEL.APEX_NODE);
    const ttl = wordAt(words, model + MODEL.NEGATIVE_TTL);
    const soa = wordAt(words, model + MODEL.SOA);
    if (!writer.rrset(snapshot, SECTION.AUTHORITY, soa, ttl, this.#apexPosition(), apexNode, 0))
      this.answer.truncated = true;
    return LINK.DONE;
  }

  #followAlias(snapshot: Snapshot, cname: number, writer: ReplyWriter, turn: number): Link {
    if (!this.#mayFollow(cname) || !this.#write(snapshot, cname, writer, turn)) return LINK.DONE;
    const target = writer.lastNamePosition;
    const length = this.#readTarget(snapshot, wordAt(snapshot.words, cname + RRSET.RDATA));
    return this.#follow(length, target);
  }

  /** DNAME synthesis (RFC 6672 §3.1): the DNAME itself, a CNAME made from it, and on with its target. */
  #redirect(snapshot: Snapshot, dname: number, asked: number, writer: ReplyWriter, turn: number): Link {
    const { encloser, encloserLabel } = this.#location;
    const ttl = wordAt(snapshot.words, dname + RRSET.TTL);
    const dnamePosition = this.#links > 0 ? 0 : HEADER_LENGTH + this.#name.startOf(encloserLabel);
    const isThere = this.#wasFollowed(dname);
    if (!this.#mayFollow(dname)) return LINK.DONE;
    if (!isThere && !writer.rrset(snapshot, SECTION.ANSWER, dname, ttl, dnamePosition, encloser, turn)) {
      this.answer.truncated = true;
      return LINK.DONE;
    }
    const prefix = this.#name.startOf(encloserLabel);
    const targetLength = this.#readTarget(snapshot, wordAt(snapshot.words, dname + RRSET.RDATA));
    if (prefix + targetLength > 255) {
      this.answer.rcode = RCODE.YXDOMAIN; // RFC 6672 §2.2
      return LINK.DONE;
    }
    this.#nameOctets.copyWithin(prefix, 0, targetLength);
    for (let at = 0; at < prefix; at++) this.#nameOctets[at] = octetAt(this.#name.octets, at);
    const length = prefix + targetLength;
    if (!writer.recordOf(SECTION.ANSWER, this.#ownerPosition, TYPE.CNAME, ttl, this.#nameOctets, length)) {
      this.answer.truncated = true;
      return LINK.DONE;
    }
    if (asked === TYPE.CNAME) return LINK.DONE; // that record is the answer (RFC 6672 §3.2)
    return this.#follow(length, writer.lastNamePosition);
  }

  /** Whether an alias is a link of its own: neither followed from this name before (a loop) nor one too many. */
  #mayFollow(alias: number): boolean {
    if (this.#links === MAXIMUM_LINKS) return false;
    for (let link = 0; link < this.#links; link++) {
      if (this.#isLink(link, alias) && this.#isFrom(link)) return false;
    }
    const { octets, length } = this.#name;
    const start = this.#links * MAXIMUM_NAME_LENGTH;
    this.#followed[2 * this.#links] = alias;
    this.#followed[2 * this.#links + 1] = this.#location.zone;
    for (let at = 0; at <= length; at++) this.#followedFrom[start + at] = octetAt(octets, at);
    return true;
  }

  /** Whether a DNAME was met before, and so stands in the answer. */
  #wasFollowed(dname: number): boolean {
    for (let link = 0; link < this.#links; link++) if (this.#isLink(link, dname)) return true;
    return false;
  }

  #isLink(link: number, alias: number): boolean {
    return this.#followed[2 * link] === alias && this.#followed[2 * link + 1] === this.#location.zone;
  }

  /** Whether a link led on from the name in work. */
  #isFrom(link: number): boolean {
    const { octets, length } = this.#name;
    const start = link * MAXIMUM_NAME_LENGTH;
    for (let at = 0; at <= length; at++)
      if (octetAt(this.#followedFrom, start + at) !== octetAt(octets, at)) return false;
    return true;
  }

  /** Goes on with the name in `#nameOctets`, which stands at `position` in the message. */
  #follow(length: number, position: number): Link {
    this.#chainName.read(this.#nameOctets, 0, length);
    this.#name = this.#chainName;
    this.#ownerPosition = position;
    return LINK.FOLLOW;
  }

  /** Puts the name that RDATA consists of, made whole, into `#nameOctets`; returns its length. */
  #readTarget(snapshot: Snapshot, rdata: number): number {
    const { octets, words } = snapshot;
    const kind = octetAt(octets, rdata);
    const length = octetAt(octets, rdata + 1);
    let to = 0;
    for (let at = 0; at < length; at++) this.#nameOctets[to++] = octetAt(octets, rdata + 2 + at);
    if (kind === PART.ABSOLUTE || kind === PART.ABSOLUTE_UNCOMPRESSED) return to;
    const { zone } = this.#location;
    const apexLength = wordAt(words, zone + ZONE.APEX_LENGTH);
    for (let at = 0; at < apexLength; at++)
      this.#nameOctets[to++] = octetAt(octets, ((zone + ZONE.APEX) << 2) + at);
    return to;
  }

  /** A referral (RFC 1034 §4.3.2 step 3b): the NS of the cut and the glue that they cannot do without. */
  #refer(snapshot: Snapshot, cut: number, writer: ReplyWriter, turn: number): Link {
    const { words } = snapshot;
    if (this.#links === 0) this.answer.authoritative = false;
    const nameServers = findRRset(snapshot, cut, TYPE.NS);
    const ttl = wordAt(words, nameServers + RRSET.TTL);
    if (
      !writer.rrset(
        snapshot,
        SECTION.AUTHORITY,
        nameServers,
        ttl,
        this.#cutPosition(snapshot, cut),
        cut,
        turn,
      )
    ) {
      this.answer.truncated = true;
      return LINK.DONE;
    }
    if ((wordAt(words, nameServers + RRSET.FLAGS) & RRSET_FLAG.ADDITIONAL) !== 0) {
      for (const need of NEEDS) this.#addTargets(snapshot, nameServers, cut, need, writer, turn);
    }
    return LINK.DONE;
  }

  /** Where a cut's name stands in the message: it is a suffix of QNAME. */
  #cutPosition(snapshot: Snapshot, cut: number): number {
    if (this.#links > 0) return 0;
    const apexStart = this.#name.startOf(this.#location.apexLabel);
    return HEADER_LENGTH + apexStart - wordAt(snapshot.words, cut + NODE.NAME_LENGTH);
  }

  /**
   * Adds the addresses of the targets of an RRset that we hold. What does not fit is left out in silence,
   * but for glue at or below the cut of a referral, without which it would lead nowhere (RFC 9471 §3).
   */
  #addTargets(
    snapshot: Snapshot,
    rrset: number,
    cut: number,
    need: Need,
    writer: ReplyWriter,
    turn: number,
  ): void {
    const { words } = snapshot;
    const count = wordAt(words, rrset + RRSET.COUNT);
    const { zone } = this.#location;
    for (let index = 0; index < count; index++) {
      const target = wordAt(words, rrset + RRSET.RDATA + count + index);
      if (target === 0 || (need !== NEED.ANY && need !== needOf(words, target, cut))) continue;
      let node = target;
      let owner = target;
      if (target >= ABSOLUTE_TARGET) {
        node = this.#findTarget(snapshot, target - ABSOLUTE_TARGET);
        if (node === 0) continue;
        if (this.#targetLocation.node !== 0) owner = node;
        writer.enterZone(this.#targetLocation.zone, 0);
      } else {
        writer.enterZone(zone, this.#apexPosition());
      }
      const whole = addAddresses(snapshot, node, owner, writer, turn);
      if (!whole && cut !== 0 && wordAt(words, node + NODE.CUT) === cut) this.answer.truncated = true;
    }
  }

  /** The node that answers for an absolute name in whichever of our zones holds it, a wildcard's perhaps; 0 where none does. */
  #findTarget(snapshot: Snapshot, offset: number): number {
    const name = this.#targetName;
    name.read(snapshot.octets, offset, snapshot.octets.length);
    if (!findZone(snapshot, name, 0, this.#targetLocation)) return 0;
    if (!mayAsk(snapshot, this.#targetLocation.model, this.#client)) return 0;
    findNode(snapshot, name, this.#targetLocation);
    const { node, encloser } = this.#targetLocation;
    if (node !== 0 || wordAt(snapshot.words, encloser + NODE.DNAME) !== 0) return node;
    return wordAt(snapshot.words, encloser + NODE.WILDCARD);
  }
}

function needOf(words: Uint32Array, target: number, cut: number): Need {
  if (target >= ABSOLUTE_TARGET) return NEED.OF_OTHER_ZONES;
  return wordAt(words, target + NODE.CUT) === cut ? NEED.OWN_GLUE : NEED.OF_ZONE;
}

/** Whether a client may ask for names of a zone. One compare for a zone that anybody may ask. */
function mayAsk({ words }: Snapshot, model: number, client: Client): boolean {
  const access = wordAt(words, model + MODEL.ACCESS);
  if (access === 0 || client === TRUSTED_CLIENT) return true;
  return isAllowed(words, access, client.octets, client.offset, client.length);
}

/** Writes the A and AAAA RRsets of a node into the additional section under `owner`; false where one did not fit. */
function addAddresses(
  snapshot: Snapshot,
  node: number,
  owner: number,
  writer: ReplyWriter,
  turn: number,
): boolean {
  const { words } = snapshot;
  const count = wordAt(words, node + NODE.RRSET_COUNT);
  let whole = true;
  for (let index = 0; index < count; index++) {
    const rrset = wordAt(words, node + NODE.RRSETS + index);
    const type = wordAt(words, rrset + RRSET.TYPE);
    if (type !== TYPE.A && type !== TYPE.AAAA) continue;
    const ttl = wordAt(words, rrset + RRSET.TTL);
    if (!writer.rrset(snapshot, SECTION.ADDITIONAL, rrset, ttl, 0, owner, turn)) whole = false;
  }
  return whole;
}

/** The RRset that stands for all of them in an answer to ANY (RFC 8482 §4.1). */
function firstRRset(snapshot: Snapshot, node: number): number {
  return wordAt(snapshot.words, node + NODE.RRSET_COUNT) === 0
    ? 0
    : wordAt(snapshot.words, node + NODE.RRSETS);
}
