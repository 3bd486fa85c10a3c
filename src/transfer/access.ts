/** Who may transfer zones. Nobody may whom no rule allows. */

import type { Address } from "../dns/address.ts";
import { isInPrefix } from "../dns/prefix.ts";
import type { TransferPolicy, TransferRule, TsigKey } from "../dns/transfer-policy.ts";

/** Whether a rule allows who asks from this address, signed with this key. An address that is not known fits any prefix. */
export function mayTransfer(
  { allow }: TransferPolicy,
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
