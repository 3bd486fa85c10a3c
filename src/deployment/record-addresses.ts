/** The addresses in records that the operator wrote: the same rules as for those of Edge Servers. */

import { type Address, formatAddress } from "../dns/address.ts";
import { TYPE } from "../dns/codes.ts";
import type { ResourceRecord } from "../dns/master-file.ts";
import { nameText } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import { rdataParts } from "../dns/rdata.ts";
import { KEY } from "../dns/service-parameter-forms.ts";
import { unsignedAt } from "../dns/wire.ts";
import { MOST_PROBLEMS } from "../result.ts";
import { classifyAddress } from "./address-rules.ts";
import { isAllowed, type Reading } from "./reading.ts";

/** Reports the addresses in records that must not be published. */
export function checkRecordAddresses(
  reading: Reading,
  zone: string,
  records: readonly ResourceRecord[],
): void {
  let faults = 0;
  for (const record of records) {
    for (const address of addressesOf(record)) {
      const fault = faultOf(reading, record, address);
      if (fault === undefined) continue;
      faults++;
      if (faults <= MOST_PROBLEMS) reading.findings.error(fault, record.place);
    }
  }
  const rest = faults - MOST_PROBLEMS;
  if (rest > 0)
    reading.findings.error(
      `Cannot publish ${rest} further addresses in the records of zone ${quote(zone)}`,
      reading.places.ofKey(["zones", zone]),
    );
}

function faultOf(reading: Reading, { owner }: ResourceRecord, address: Address): string | undefined {
  const { kind, words } = classifyAddress(address);
  if (kind === "public" || kind === "documentation") return undefined;
  const fault = `Cannot publish address ${quote(formatAddress(address.octets))} of ${quote(nameText(owner))}: it is ${words}`;
  if (kind === "never") return fault;
  if (isAllowed(reading, kind)) return undefined;
  return `${fault}; give the address that it has outside, or set "allowPrivateAddresses: true" for a lab`;
}

const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;

/** The addresses that a record hands out, hints among them. */
function addressesOf({ type, rdata }: ResourceRecord): readonly Address[] {
  switch (type) {
    case TYPE.A:
      return [{ family: 4, octets: rdata }];
    case TYPE.AAAA:
      return [{ family: 6, octets: rdata }];
    case TYPE.WKS: // the address stands first (RFC 1035 §3.4.2)
      return [{ family: 4, octets: rdata.subarray(0, IPV4_LENGTH) }];
    case TYPE.SVCB:
    case TYPE.HTTPS:
      return hintsOf(type, rdata);
    default:
      return [];
  }
}

/** What ipv4hint and ipv6hint hold (RFC 9460 §7.3). Lengths need no check: RDATA without its layout is no record. */
function hintsOf(type: number, rdata: Uint8Array): Address[] {
  const [, , parameters] = rdataParts(type, rdata) ?? []; // behind priority and target
  if (parameters?.kind !== "octets") return [];
  const { octets } = parameters;
  const hints: Address[] = [];
  let at = 0;
  while (at < octets.length) {
    const key = unsignedAt(octets, at, 2);
    const end = at + 4 + unsignedAt(octets, at + 2, 2);
    hints.push(...addressesIn(key, octets.subarray(at + 4, end)));
    at = end;
  }
  return hints;
}

function addressesIn(key: number, value: Uint8Array): Address[] {
  if (key !== KEY.ipv4hint && key !== KEY.ipv6hint) return [];
  const length = key === KEY.ipv4hint ? IPV4_LENGTH : IPV6_LENGTH;
  return Array.from({ length: value.length / length }, (_, index) => ({
    family: key === KEY.ipv4hint ? 4 : 6,
    octets: value.subarray(index * length, (index + 1) * length),
  }));
}
