/** Who may transfer zones. Nobody may whom no rule allows. */

import type { Address } from "../dns/address.ts";
import { wordAt } from "../dns/octets.ts";
import { isInPrefix } from "../dns/prefix.ts";
import type { TransferPolicy, TransferRights, TransferRule, TsigKey } from "../dns/transfer-policy.ts";
import { MODEL } from "../zone/snapshot.ts";
import type { ZoneVersion } from "./version.ts";

/** Who may transfer a zone and is told of it: what the zone says itself, else what holds for all, served or not. */
export function rightsTo(policy: TransferPolicy, version: ZoneVersion | undefined): TransferRights {
  return policy.zones[rightsNumber(version) - 1] ?? policy;
}

/** The number of the rights that a zone gives itself, counted from 1; 0 where those of all hold. */
export function rightsNumber(version: ZoneVersion | undefined): number {
  return version === undefined ? 0 : wordAt(version.snapshot.words, version.model + MODEL.TRANSFERS);
}

/** Whether anybody may transfer any zone. */
export function allowsAny(policy: TransferPolicy): boolean {
  return [policy, ...policy.zones].some(({ allow }) => allow.length > 0);
}

/** Whether a rule allows who asks from this address, signed with this key. An address that is not known fits any prefix. */
export function mayTransfer(
  { allow }: TransferRights,
  address: Address | undefined,
  key: TsigKey | undefined,
): boolean {
  return allow.some((rule) => fitsPrefix(rule, address) && fitsKey(rule, key));
}

function fitsPrefix({ prefix }: TransferRule, address: Address | undefined): boolean {
  return prefix === undefined || address === undefined || isInPrefix(address, prefix);
}

function fitsKey({ key: wanted }: TransferRule, key: TsigKey | undefined): boolean {
  return wanted === undefined || (key?.name.equals(wanted) ?? false);
}
