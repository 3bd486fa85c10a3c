/** What every part of a deployment is read with, and the names and addresses that they all hold. */

import { type Address, parseAddress } from "../dns/address.ts";
import { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { Place } from "../result.ts";
import { type AddressKind, classifyAddress } from "./address-rules.ts";
import type { FileSource } from "./files.ts";
import type { Findings } from "./findings.ts";
import { readHostName, relativeOf } from "./host-name.ts";
import type { HostName } from "./model.ts";
import type { Observations } from "./observations.ts";
import type { Path, Places } from "./places.ts";
import type { DeploymentShape } from "./schema.ts";

export interface Reading {
  readonly findings: Findings;
  readonly places: Places;
  /** Keys at the top of the deployment of which a part was left out, as it cannot be read. */
  readonly incomplete: ReadonlySet<string>;
  readonly files: FileSource;
  readonly observations: Observations;
  /** Path of the deployment file, which lists stand beside; empty for a value in memory. */
  readonly path: string;
  /** Whether policies, user groups or partners are given, so that the gates of Lync decide. */
  readonly gatesApply: boolean;
  readonly allowPrivateAddresses: boolean | undefined;
}

/** An address and where it was written. */
export interface PlacedAddress {
  readonly address: Address;
  readonly text: string;
  readonly place: Place;
}

/** Reports that something is not to be found among the items of a key, unless those are not all there. */
export function reportMissing(
  reading: Reading,
  key: keyof DeploymentShape,
  message: string,
  path: Path,
): void {
  if (!reading.incomplete.has(key)) reading.findings.error(message, reading.places.ofValue(path));
}

/** Reads a host name; `role` completes "Cannot use … as …". */
export function hostNameAt(reading: Reading, path: Path, text: string, role: string): DomainName | undefined {
  const read = readHostName(text);
  if ("name" in read) return read.name;
  reading.findings.error(`Cannot use ${quote(text)} as ${role}: ${read.fault}`, reading.places.ofValue(path));
  return undefined;
}

/** Reads a host that may be a single label, which is taken below the SIP domain or zone. */
export function relativeHostAt(
  reading: Reading,
  path: Path,
  text: string,
  role: string,
): HostName | undefined {
  const name = hostNameAt(reading, path, text, role);
  if (name === undefined) return undefined;
  return text.includes(".") ? { kind: "absolute", name } : { kind: "below", labels: relativeOf(name.labels) };
}

/** Reads a mail address as an RNAME (RFC 1035 §8): hostmaster@contoso.com is hostmaster.contoso.com. */
export function mailboxAt(reading: Reading, path: Path, text: string): HostName | undefined {
  const at = text.lastIndexOf("@");
  if (at < 0) return relativeHostAt(reading, path, text, "mailbox");
  const domain = hostNameAt(reading, path, text.slice(at + 1), "domain of a mailbox");
  const local = text.slice(0, at);
  if (domain === undefined) return undefined;
  const name = /^[\x21-\x7e]{1,63}$/.test(local) ? DomainName.join(relativeOf([local]), domain) : undefined;
  if (name !== undefined) return { kind: "absolute", name };
  reading.findings.error(
    `Cannot use ${quote(text)} as mailbox: 1 to 63 ASCII characters are wanted before the "@", 255 octets in all`,
    reading.places.ofValue(path),
  );
  return undefined;
}

/** Reads addresses; `owner` completes "address … of …". Those that no host can have are errors wherever they stand. */
export function addressesAt(
  reading: Reading,
  path: Path,
  texts: readonly string[],
  owner: string,
): PlacedAddress[] {
  const read: PlacedAddress[] = [];
  for (const [index, text] of texts.entries()) {
    const placed = addressAt(reading, reading.places.ofValue([...path, index]), text, owner);
    if (placed === undefined) continue;
    if (read.some(({ address }) => sameAddress(address, placed.address))) {
      reading.findings.error(`Cannot list address ${quote(text)} of ${owner} twice`, placed.place);
    } else {
      read.push(placed);
    }
  }
  return read;
}

/** Reads one address. */
export function addressAt(
  reading: Reading,
  place: Place,
  text: string,
  owner: string,
): PlacedAddress | undefined {
  const address = parseAddress(text);
  if (address === undefined) {
    const wanted = 'give IPv4 or IPv6 such as 203.0.113.10 or "2001:db8::10"';
    reading.findings.error(`Cannot use ${quote(text)} as address of ${owner}: ${wanted}`, place);
    return undefined;
  }
  const { kind, words } = classifyAddress(address);
  if (kind !== "never") return { address, text, place };
  reading.findings.error(
    `Cannot use address ${quote(text)} of ${owner}: it is ${words}`,
    place,
    "no-host-address",
  );
  return undefined;
}

export function sameAddress(one: Address, other: Address): boolean {
  return (
    one.octets.length === other.octets.length && one.octets.every((octet, at) => octet === other.octets[at])
  );
}

/** Whether an address may be published; if not, or if it is for documentation only, that is said. `cure` says what to give instead. */
export function checkPublished(
  reading: Reading,
  placed: PlacedAddress,
  owner: string,
  cure: string,
): boolean {
  const { kind, words } = classifyAddress(placed.address);
  if (kind === "public") return true;
  if (kind === "documentation") {
    const message = `Address ${quote(placed.text)} of ${owner} is ${words}: nobody can reach it from outside`;
    reading.findings.note(message, placed.place);
    return true;
  }
  if (isAllowed(reading, kind)) return true;
  reading.findings.error(
    `Cannot publish address ${quote(placed.text)} of ${owner}: it is ${words}; ${cure}, or set "allowPrivateAddresses: true" for a lab`,
    placed.place,
    "private-address",
  );
  return false;
}

/**
 * Whether addresses of a kind that is not public may be published. Without policies, user groups and partners
 * it is a lab, which lives on private and loopback addresses.
 */
export function isAllowed(reading: Reading, kind: AddressKind): boolean {
  if (reading.allowPrivateAddresses !== undefined) return reading.allowPrivateAddresses;
  return !reading.gatesApply && (kind === "private" || kind === "loopback");
}

/** `file:line:column`, as far as known. */
export function formatPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
