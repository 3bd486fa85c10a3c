/** MX, NS and SRV records that lead to an alias, in whichever of our zones that is. */

import { TYPE } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import type { RRset } from "../dns/rrset.ts";
import { aliasTargetMessage, hostTargets, TARGET_IS_ALIAS } from "../dns/target-rules.ts";
import type { Problem } from "../result.ts";
import type { ZoneDraft } from "./zone-draft.ts";

/** Finds the targets of drafts that have all their records. `draftOf` gives the draft that holds a name. */
export class AliasTargets {
  readonly #draftOf: (name: DomainName) => ZoneDraft | undefined;
  /** Of drafts with an alias below a wildcard, the names that exist (RFC 8020). */
  readonly #names = new Map<ZoneDraft, ReadonlySet<string> | undefined>();

  constructor(draftOf: (name: DomainName) => ZoneDraft | undefined) {
    this.#draftOf = draftOf;
  }

  /** What keeps a draft from being served. */
  *problemsOf(draft: ZoneDraft): Generator<Problem> {
    for (const { rrset } of draft.all()) {
      for (const { name, index } of hostTargets(rrset)) {
        const alias = this.#aliasAt(name);
        if (alias === undefined) continue;
        const message = aliasTargetMessage(rrset, name, alias);
        const place = rrset.places?.[index] ?? rrset.places?.[0] ?? alias.places?.[0];
        yield { severity: "error", message, place, code: TARGET_IS_ALIAS };
      }
    }
  }

  #aliasAt(name: DomainName): RRset | undefined {
    const draft = this.#draftOf(name);
    if (draft === undefined) return undefined;
    const own = draft.get(name, TYPE.CNAME)?.rrset;
    const alias = own ?? dnameAbove(name, draft) ?? this.#coveringAlias(name, draft);
    return alias !== undefined && draft.isDelegatedAway(name) ? undefined : alias; // the zone below the cut has the word there
  }

  /** The alias of the wildcard below the closest encloser (RFC 4592 §3.3.1). */
  #coveringAlias(name: DomainName, draft: ZoneDraft): RRset | undefined {
    const names = this.#namesOf(draft);
    if (names === undefined || names.has(name.key)) return undefined;
    let encloser = name.parent;
    while (!names.has(encloser.key)) encloser = encloser.parent;
    return draft.getByKey(`\x01*${encloser.key}`, TYPE.CNAME)?.rrset;
  }

  #namesOf(draft: ZoneDraft): ReadonlySet<string> | undefined {
    if (!this.#names.has(draft)) this.#names.set(draft, existingNames(draft));
    return this.#names.get(draft);
  }
}

/** The DNAME that everything below it is moved by (RFC 6672 §2.3). */
function dnameAbove(name: DomainName, draft: ZoneDraft): RRset | undefined {
  for (let at = name; !at.equals(draft.apex) && !at.isRoot; ) {
    at = at.parent;
    const dname = draft.get(at, TYPE.DNAME)?.rrset;
    if (dname !== undefined) return dname;
  }
  return undefined;
}

/** The owners of a draft and the names between them and the apex; undefined where no wildcard is an alias. */
function existingNames(draft: ZoneDraft): ReadonlySet<string> | undefined {
  const rrsets = Array.from(draft.all(), ({ rrset }) => rrset);
  if (!rrsets.some(({ owner, type }) => type === TYPE.CNAME && owner.key.startsWith("\x01*")))
    return undefined;
  const names = new Set([draft.apex.key]);
  for (const { owner } of rrsets)
    for (let name = owner; !names.has(name.key); name = name.parent) names.add(name.key);
  return names;
}
