/** The addresses in records that the operator wrote: the same rules as for those of Edge Servers. */

import { type Address, formatAddress } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import type { ResourceRecord } from "../dns/master-file.ts";
import { nameText } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { classifyAddress } from "./address-rules.ts";
import { isAllowed, type Reading } from "./reading.ts";

/** So many addresses of one zone are reported one by one. */
const MOST_PROBLEMS = 20;

/** Reports the A and AAAA records whose addresses must not be published. */
export function checkRecordAddresses(
  reading: Reading,
  zone: string,
  records: readonly ResourceRecord[],
): void {
  let faults = 0;
  for (const record of records) {
    const fault = faultOf(reading, record);
    if (fault === undefined) continue;
    faults++;
    if (faults <= MOST_PROBLEMS) reading.findings.error(fault, record.place);
  }
  const rest = faults - MOST_PROBLEMS;
  if (rest > 0)
    reading.findings.error(
      `Cannot publish ${rest} further addresses in the records of zone ${quote(zone)}`,
      reading.places.ofKey(["zones", zone]),
    );
}

function faultOf(reading: Reading, { owner, type, rdata }: ResourceRecord): string | undefined {
  const address = addressOf(type, rdata);
  if (address === undefined) return undefined;
  const { kind, words } = classifyAddress(address);
  if (kind === "public" || kind === "documentation") return undefined;
  const fault = `Cannot publish address ${quote(formatAddress(address.octets))} of ${quote(nameText(owner))}: it is ${words}`;
  if (kind === "never") return fault;
  if (isAllowed(reading, kind)) return undefined;
  return `${fault}; give the address that it has outside, or set "allowPrivateAddresses: true" for a lab`;
}

function addressOf(type: number, octets: Uint8Array): Address | undefined {
  if (type === TYPE.A) return { family: 4, octets };
  return type === TYPE.AAAA ? { family: 6, octets } : undefined;
}
