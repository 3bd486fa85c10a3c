/** Puts the operator's own records beside the derived ones, and settles what cannot stand beside each other. */

import { textOf } from "../deployment/host-name.ts";
import type { StaticZone } from "../deployment/model.ts";
import { formatPlace } from "../deployment/reading.ts";
import { TYPE, typeName } from "../dns/codes.ts";
import { groupIntoRRsets } from "../dns/master-file.ts";
import { type DomainName, nameFromWire } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { type RRset, rrsetText } from "../dns/rrset.ts";
import { MOST_PROBLEMS, type Place, type Problem } from "../result.ts";
import { type Conflict, Conflicts, type DerivedRRset, lossBesideText, lossText } from "./conflict.ts";
import { apexOf, nameServerOf, type OwnZones, placeOf, type ZoneOwner } from "./own-zones.ts";
import { hostsOf, sameData, type ZoneDraft } from "./zone-draft.ts";

/** What static records are judged by. */
export interface StaticSurroundings {
  readonly zones: OwnZones;
  /** Whether name servers are given for the zone, so that NS records at its apex clash with them. */
  readonly hasNameServers: boolean;
  /** The NS records of an inner zone, which delegate it in this one. */
  readonly nameServersOf: (inner: ZoneOwner) => RRset;
  /** The addresses that an inner zone gives to a host, as glue for this one. */
  readonly glueOf: (host: DomainName, inner: ZoneOwner) => readonly RRset[];
}

/** Adds the records of a zone to its draft; says what cannot be served and what is served in place of what. */
export function addStaticRecords(
  draft: ZoneDraft,
  zone: StaticZone,
  surroundings: StaticSurroundings,
): Problem[] {
  const rrsets = groupIntoRRsets(zone.records);
  const given = rrsets.ok ? rrsets.value : [];
  const adder = new StaticAdder(draft, zone, given, surroundings);
  for (const remark of rrsets.ok ? rrsets.remarks : rrsets.problems) adder.say(remark);
  for (const rrset of given) adder.add(rrset);
  return adder.problems;
}

class StaticAdder {
  readonly #said: Problem[] = [];
  readonly #draft: ZoneDraft;
  readonly #zone: StaticZone;
  readonly #given: readonly RRset[];
  /** What is given by owner; undefined until somebody asks, as hardly a zone does. */
  #givenByOwner: ReadonlyMap<string, readonly RRset[]> | undefined;
  readonly #surroundings: StaticSurroundings;
  readonly #conflicts: Conflicts;
  /** Hosts that NS records of the zone lead to. */
  readonly #nameServers: ReadonlySet<string>;
  #unsaid: Problem | undefined;
  #unsaidCount = 0;

  constructor(draft: ZoneDraft, zone: StaticZone, given: readonly RRset[], surroundings: StaticSurroundings) {
    this.#draft = draft;
    this.#zone = zone;
    this.#given = given;
    this.#surroundings = surroundings;
    this.#conflicts = new Conflicts(draft);
    const delegations = zone.records.filter(({ type }) => type === TYPE.NS);
    this.#nameServers = new Set(delegations.map(({ rdata }) => nameFromWire(rdata)?.key ?? ""));
  }

  get problems(): Problem[] {
    if (this.#unsaid === undefined) return this.#said;
    const { severity } = this.#unsaid;
    const message = `${this.#unsaidCount} further remarks on the records of zone ${quote(textOf(this.#zone.apex))} are left out`;
    return [...this.#said, { severity, message, place: this.#zone.place }];
  }

  /** Past the limit the most severe of the rest is told with their number. */
  say(problem: Problem): void {
    if (this.#said.length < MOST_PROBLEMS) {
      this.#said.push(problem);
      return;
    }
    this.#unsaidCount++;
    if (this.#unsaid === undefined || problem.severity === "error") this.#unsaid = problem;
  }

  add(rrset: RRset): void {
    const place = rrset.places?.[0] ?? this.#zone.place;
    const verdict = this.#verdictOf(rrset);
    switch (verdict.kind) {
      case "serve":
        this.#draft.put(rrset, { kind: "static", place });
        return;
      case "replace":
        this.#replace(rrset, place, verdict);
        return;
      case "refuse": {
        const message = `Cannot serve the static record ${rrsetText(rrset)}: ${verdict.fault}`;
        this.say({ severity: "error", message, place });
        return;
      }
      case "drop": {
        const message = `Dropped the static record ${rrsetText(rrset)}: ${verdict.fault}`;
        this.say({ severity: "note", message, place });
        return;
      }
      default:
        verdict satisfies never;
    }
  }

  #verdictOf(rrset: RRset): Verdict {
    const { apex } = this.#draft;
    if (!rrset.owner.isAtOrBelow(apex))
      return { kind: "refuse", fault: `it lies outside of zone ${quote(textOf(apex))}` };
    const inner = this.#innerZoneOf(rrset);
    if (inner !== undefined)
      return this.#isGlue(rrset, inner)
        ? this.#verdictOnGlue(rrset, inner)
        : this.#verdictInside(rrset, inner);
    const conflict = this.#conflicts.of(rrset, this.#surroundings.hasNameServers);
    return conflict === undefined ? { kind: "serve" } : this.#verdictOn(rrset, conflict);
  }

  /** The zone of ours that the RRset lies in, where that is another one; a DS record stands above the cut (RFC 4035 §2.4). */
  #innerZoneOf({ owner, type }: RRset): ZoneOwner | undefined {
    const holder = this.#surroundings.zones.holding(owner);
    if (holder === undefined) return undefined;
    const inner = apexOf(holder);
    const isOwn = inner.equals(this.#draft.apex) || (type === TYPE.DS && inner.equals(owner));
    return isOwn ? undefined : holder;
  }

  /** Addresses of a name server stand above the cut too, whatever zone is below (RFC 1034 §4.2.1). */
  #isGlue({ owner, type }: RRset, inner: ZoneOwner): boolean {
    if (type !== TYPE.A && type !== TYPE.AAAA) return false;
    return this.#nameServers.has(owner.key) || this.#isNameServerOf(owner, inner);
  }

  #isNameServerOf(host: DomainName, inner: ZoneOwner): boolean {
    return hostsOf(this.#surroundings.nameServersOf(inner)).some((other) => other.equals(host));
  }

  /** Glue that says what the zone below says may stand in both. */
  #verdictOnGlue(rrset: RRset, inner: ZoneOwner): Verdict {
    const { owner } = rrset;
    const held = this.#surroundings.glueOf(owner, inner);
    if (held.length === 0 || held.some((other) => sameData(other, rrset))) return { kind: "serve" };
    const place = held[0]?.places?.[0] ?? nameServerOf(owner, inner)?.place ?? placeOf(inner);
    const zone = `zone ${quote(textOf(apexOf(inner)))}, which is a zone of its own here`;
    const fault = `the name has other addresses in ${zone} (${formatPlace(place)})`;
    switch (this.#zone.onConflict) {
      case "derived":
        return { kind: "drop", fault: `${fault}; ${DERIVED_WINS}` };
      case "static":
        return { kind: "replace", fault, derived: [], loss: this.#lossByGlue(rrset, inner, held) };
      case "error":
        return { kind: "refuse", fault: `${fault}; give the same in both, or ${CHOICE_OF_TWO}` };
      default:
        return this.#zone.onConflict satisfies never;
    }
  }

  /** Of two families, one may stand here and the other, as the zone below has it, beside it. */
  #lossByGlue({ owner, type }: RRset, inner: ZoneOwner, held: readonly RRset[]): string {
    const sent = `${SENT_BY_GLUE} ${typeName(type)} addresses given here`;
    const beside = held.find((other) => other.type !== type && this.#isStillSent(owner, inner, other));
    if (beside === undefined) return `${sent}, and no longer to those that zone itself gives`;
    const kept = `its ${typeName(beside.type)} addresses are still sent beside them`;
    return held.some((other) => other.type === type)
      ? `${sent}, and no longer to those that zone itself gives; ${kept}`
      : `${sent}, which that zone itself does not give; ${kept}`;
  }

  /** Whether what the inner zone holds of a host is glue here, by itself or because the same is given. */
  #isStillSent(host: DomainName, inner: ZoneOwner, held: RRset): boolean {
    this.#givenByOwner ??= Map.groupBy(this.#given, ({ owner }) => owner.key);
    const given = this.#givenByOwner.get(host.key)?.find(({ type }) => type === held.type);
    return given === undefined ? this.#isNameServerOf(host, inner) : sameData(given, held);
  }

  #verdictInside(rrset: RRset, inner: ZoneOwner): Verdict {
    const fault = `it lies in zone ${quote(textOf(apexOf(inner)))}, which is a zone of its own here`;
    const delegation = this.#surroundings.nameServersOf(inner);
    if (delegation.owner.equals(rrset.owner) && sameData(delegation, rrset))
      return { kind: "drop", fault: `${fault}, and delegated with the same data` };
    return this.#zone.onConflict === "derived"
      ? { kind: "drop", fault: `${fault}; ${DERIVED_WINS}` }
      : { kind: "refuse", fault: `${fault}; give it there` };
  }

  #verdictOn(rrset: RRset, conflict: Conflict): Verdict {
    const { fault, derived, isSame, isBeside = false } = conflict;
    const { onConflict } = this.#zone;
    if (isSame) return { kind: "drop", fault: `${fault}, with the same data` };
    if (onConflict === "derived") return { kind: "drop", fault: `${fault}; ${DERIVED_WINS}` };
    if (derived.length === 0) return { kind: "refuse", fault };
    if (onConflict === "error") return { kind: "refuse", fault: `${fault}; ${CHOICE}` };
    const losses = derived.map((other) => (isBeside ? lossBesideText(rrset, other) : lossText(other)));
    const loss = [...new Set(losses)].join("; ");
    return { kind: "replace", fault, derived: isBeside ? [] : derived, loss };
  }

  #replace(rrset: RRset, place: Place, { fault, derived, loss }: Replacement): void {
    for (const other of derived) this.#draft.remove(other.rrset);
    this.#draft.put(rrset, { kind: "static", place });
    const message = `Kept the static record ${rrsetText(rrset)}, although ${fault}: ${loss} ("onConflict: static")`;
    this.say({ severity: "warning", message, place });
  }
}

/** What becomes of a static RRset. */
type Verdict =
  | { readonly kind: "serve" }
  | { readonly kind: "refuse" | "drop"; readonly fault: string }
  | Replacement;

interface Replacement {
  readonly kind: "replace";
  /** Why both cannot be served. */
  readonly fault: string;
  /** What has to go. */
  readonly derived: readonly DerivedRRset[];
  /** What federation loses. */
  readonly loss: string;
}

const CHOICE_OF_TWO = 'say which holds with "onConflict"';
const CHOICE = `leave one of the two out, or ${CHOICE_OF_TWO}`;
const SENT_BY_GLUE = "resolvers that come from the zone above are sent to the";
const DERIVED_WINS = 'the deployment holds ("onConflict: derived")';
