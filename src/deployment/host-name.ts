/** Names that people write: letters, digits and hyphens (RFC 952, RFC 1123 §2.1), or an IDN that becomes its A-label. */

import { domainToASCII, domainToUnicode } from "node:url";
import {
  DomainName,
  MAXIMUM_LABEL_LENGTH,
  MAXIMUM_NAME_LENGTH,
  nameText,
  parseDomainName,
  ROOT,
} from "../dns/name.ts";

/** A name, or what is wrong with it as the second half of a sentence. */
export type ReadName = { readonly name: DomainName } | { readonly fault: string };

/** Reads the name of a host or SIP domain. It is absolute with or without a final dot, and comes out in lower case. */
export function readHostName(text: string): ReadName {
  const ascii = toAscii(text);
  if (ascii === undefined) return { fault: "it is no internationalized domain name (RFC 5891)" };
  const labels = ascii.replace(/\.$/, "").toLowerCase().split(".");
  const fault = faultOf(labels);
  return fault === undefined ? { name: nameOf(labels) } : { fault };
}

/** Reads the name of a zone: labels may also begin with an underscore or hold a slash (RFC 2317 §4); "." is the root. */
export function readZoneName(text: string): ReadName {
  if (text === ".") return { name: ROOT };
  const ascii = toAscii(text);
  if (ascii === undefined) return { fault: "it is no internationalized domain name (RFC 5891)" };
  const labels = ascii.replace(/\.$/, "").toLowerCase().split(".");
  const fault =
    lengthFault(labels) ??
    labels.map((label) => labelFault(label, ZONE_LABEL)).find((found) => found !== undefined);
  return fault === undefined ? { name: nameOf(labels) } : { fault };
}

/** The name that somebody asks about, with or without a final dot, in ASCII or in the letters of an IDN. */
export function askedName(word: string): DomainName | undefined {
  const isAscii = /^[\0-\x7f]*$/.test(word);
  const name = parseDomainName(isAscii ? word : domainToASCII(word.normalize("NFC")));
  return name.ok ? name.value : undefined;
}

/** Whether a name has these characters, in lower case, be they ASCII or letters of an IDN. */
export function isNameWith(name: DomainName, characters: string): boolean {
  const text = nameText(name);
  if (text.includes(characters)) return true;
  if (/^[\0-\x7f]*$/.test(characters) || !text.includes("xn--")) return false;
  return domainToUnicode(text).includes(characters.normalize("NFC"));
}

const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const ZONE_LABEL = /^[a-z0-9_](?:[a-z0-9_/-]*[a-z0-9])?$/;
const ASCII_NAME = /^[\x21-\x7e]*$/;

/** IDNs as A-labels; undefined where there are none. ASCII is left alone: the URL rules would read numbers into it. */
function toAscii(text: string): string | undefined {
  if (ASCII_NAME.test(text)) return text;
  if (/[^\p{L}\p{M}\p{N}.。．｡-]/u.test(text)) return text; // no letter, digit or dot: said of the label below
  const ascii = domainToASCII(text.normalize("NFC"));
  return ascii === "" ? undefined : ascii;
}

function faultOf(labels: readonly string[]): string | undefined {
  const fault =
    lengthFault(labels) ??
    labels.map((label) => labelFault(label, HOST_LABEL)).find((found) => found !== undefined);
  if (fault !== undefined) return fault;
  // a top-level label of digits is an address in all but name (RFC 3696 §2)
  return /^\d+$/.test(labels.at(-1) ?? "") ? "it looks like an address, a name is wanted" : undefined;
}

function labelFault(label: string, allowed: RegExp): string | undefined {
  if (allowed.test(label)) return undefined;
  if (label === "") return "it has an empty label";
  const strange = /[^a-z0-9-]/u.exec(label)?.[0];
  const words = "letters, digits and inner hyphens are allowed (RFC 1123)";
  return strange === undefined
    ? `its label "${label}" begins or ends with a hyphen; ${words}`
    : `it holds ${JSON.stringify(strange)}; ${words}`;
}

function lengthFault(labels: readonly string[]): string | undefined {
  const long = labels.find((label) => label.length > MAXIMUM_LABEL_LENGTH);
  if (long !== undefined)
    return `a label of it has ${long.length} characters, ${MAXIMUM_LABEL_LENGTH} are allowed`;
  const octets = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  return octets > MAXIMUM_NAME_LENGTH
    ? `it has ${octets} octets on the wire, ${MAXIMUM_NAME_LENGTH} are allowed`
    : undefined;
}

/** The name of labels whose characters and lengths have been checked above. */
function nameOf(labels: readonly string[]): DomainName {
  return DomainName.fromCheckedWire(`${relativeOf(labels)}\0`);
}

/** Checked labels in wire form without a root label. */
export function relativeOf(labels: readonly string[]): string {
  let wire = "";
  for (const label of labels) wire += String.fromCharCode(label.length) + label;
  return wire;
}

export { nameText as textOf };
