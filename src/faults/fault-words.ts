/** A fault in the words in which it is given, for those who look at what is in force. */

import { formatAddress } from "../dns/address.ts";
import { RCODE, typeName } from "../dns/codes.ts";
import { DomainName, nameText } from "../dns/name.ts";
import { formatPrefix } from "../dns/prefix.ts";
import type { LabFault, Misdeed, Owner } from "./lab-fault.ts";

/** What a fault does and whom it strikes; what it does not say, it has not. Its id aside. */
export function faultWords(fault: LabFault): Readonly<Record<string, unknown>> {
  const { strikes, misdeed, probability, seed, count } = fault;
  const { owner, type, client, transport } = strikes;
  return {
    fault: misdeed.kind,
    ...detailOf(misdeed),
    ...(owner && { owner: ownerText(owner) }),
    ...(type !== undefined && { type: typeName(type) }),
    ...(client && { client: formatPrefix(client) }),
    ...(transport && { transport: transport.toLowerCase() }),
    ...(probability < 1 && { probability, seed }),
    ...(count !== undefined && { count }),
  };
}

function detailOf(misdeed: Misdeed): Readonly<Record<string, unknown>> {
  switch (misdeed.kind) {
    case "delay":
      return { milliseconds: misdeed.milliseconds };
    case "oversized":
      return { octets: misdeed.octets };
    case "rcode":
      return { rcode: rcodeText(misdeed.rcode) };
    case "stale":
    case "flapping":
      return { addresses: misdeed.addresses.map(formatAddress) };
    default:
      return {};
  }
}

function rcodeText(rcode: number): string {
  return Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? String(rcode);
}

function ownerText({ key, isBelow }: Owner): string {
  const name = nameText(DomainName.fromCheckedWire(key)); // a key is a name's wire form in lower case
  return isBelow ? `*.${name}` : name;
}
