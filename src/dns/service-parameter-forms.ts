/** Keys of SvcParams and the forms of their values (RFC 9460 §7, §8 and appendix A; dohpath: RFC 9461 §5). */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";
import { formatBase64, parseBase64 } from "./base-encoding.ts";
import { quoteOctets, unescapeText } from "./character-string.ts";
import { bytesOf, stringOf } from "./name.ts";
import { octetAt } from "./octets.ts";
import { proven } from "./proven.ts";
import { ENDED } from "./rdata-field.ts";
import { concatenate, unsignedAt, unsignedOctets, withLengthOctet } from "./wire.ts";

/** How the value of a SvcParam is read, checked on the wire, and written. */
export interface ValueForm {
  readonly wanted: string;
  /** The octets of a value in text, escapes unresolved; undefined where it is not what is wanted. */
  readonly parse: (text: string) => Uint8Array | undefined;
  readonly matches: (octets: Uint8Array) => boolean;
  /** Text behind the "=", or "" for a value that has none. */
  readonly format: (octets: Uint8Array) => string;
}

/** Keys of SvcParams (IANA "DNS Service Bindings (SVCB)"). */
export const KEY = {
  mandatory: 0,
  alpn: 1,
  "no-default-alpn": 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
} as const;

const KEY_NAMES = new Map<number, string>(Object.entries(KEY).map(([name, key]) => [key, name]));
const KEY_CODES = new Map<string, number>(Object.entries(KEY));

/** Octets of the longest value. */
export const LONGEST_VALUE = 0xffff;

/** The name of a key, or keyNNNNN. */
export function keyName(key: number): string {
  return KEY_NAMES.get(key) ?? `key${key}`;
}

/** The key behind a name or keyNNNNN; undefined where there is none. */
export function keyFromName(name: string): number | undefined {
  const number = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  const key = number === undefined ? KEY_CODES.get(name) : Number(number);
  return key !== undefined && key <= 0xffff ? key : undefined;
}

const OPAQUE: ValueForm = {
  wanted: "a text is wanted",
  parse: parseOpaque,
  matches: () => true,
  format: (octets) => (octets.length === 0 ? "" : quoteOctets(octets)),
};

const FORMS = new Map<number, ValueForm>([
  [
    KEY.mandatory,
    {
      wanted: "a list of different keys other than mandatory is wanted",
      parse: parseKeys,
      matches: isMandatory,
      format: (octets) => keysOf(octets).map(keyName).join(","),
    },
  ],
  [
    KEY.alpn,
    {
      wanted: "a list of protocols of 1 to 255 octets each is wanted",
      parse: parseProtocols,
      matches: (octets) => (protocolsOf(octets)?.length ?? 0) > 0,
      format: formatProtocols,
    },
  ],
  [
    KEY["no-default-alpn"],
    { ...OPAQUE, wanted: "no value is wanted", matches: (octets) => octets.length === 0 },
  ],
  [
    KEY.port,
    {
      wanted: "a number from 0 to 65535 is wanted",
      parse: parsePort,
      matches: (octets) => octets.length === 2,
      format: (octets) => String(unsignedAt(octets, 0, 2)),
    },
  ],
  [KEY.ipv4hint, addressHints("a list of IPv4 addresses is wanted", 4, parseIpv4, formatIpv4)],
  [
    KEY.ech,
    {
      wanted: "an ECHConfigList in base 64 is wanted",
      parse: parseBase64,
      matches: (octets) => octets.length > 0,
      format: formatBase64,
    },
  ],
  [KEY.ipv6hint, addressHints("a list of IPv6 addresses is wanted", 16, parseIpv6, formatIpv6)],
  [
    KEY.dohpath,
    {
      ...OPAQUE,
      wanted: "a URI template in UTF-8 is wanted",
      matches: (octets) => octets.length > 0 && isUtf8(octets),
    },
  ],
]);

/** The form of a key's value; any octets for keys that are not known. */
export function formOf(key: number): ValueForm {
  return FORMS.get(key) ?? OPAQUE;
}

/** The octets of a text with escapes. */
export function parseOpaque(text: string): Uint8Array | undefined {
  const octets = unescapeText(text);
  return typeof octets === "string" ? undefined : octets;
}

function parseKeys(text: string): Uint8Array | undefined {
  const keys = text.split(",").map(keyFromName);
  if (keys.includes(undefined) || new Set(keys).size < keys.length) return undefined;
  const sorted = keys.filter((key) => key !== undefined).sort((one, other) => one - other);
  return concatenate(sorted.map((key) => unsignedOctets(key, 2)));
}

/** The keys that a value of "mandatory" names. */
export function keysOf(octets: Uint8Array = new Uint8Array()): readonly number[] {
  return Array.from({ length: octets.length / 2 }, (_, at) => unsignedAt(octets, 2 * at, 2));
}

/** Keys that rise from 1 on: none twice, and not "mandatory" itself (RFC 9460 §8). */
function isMandatory(octets: Uint8Array): boolean {
  const keys = keysOf(octets);
  const rises = keys.every((key, at) => key > (keys[at - 1] ?? KEY.mandatory));
  return octets.length > 0 && octets.length % 2 === 0 && rises;
}

/** A list inside a character string: escapes are resolved twice (RFC 9460 appendix A.1). */
function parseProtocols(text: string): Uint8Array | undefined {
  const list = parseOpaque(text);
  const protocols = list && splitList(stringOf(list));
  const fits = protocols?.every((protocol) => protocol.length > 0 && protocol.length <= 255);
  return protocols && fits
    ? concatenate(protocols.map((protocol) => withLengthOctet(bytesOf(protocol))))
    : undefined;
}

function splitList(list: string): readonly string[] | undefined {
  const items: string[] = [];
  let item = "";
  for (let at = 0; at < list.length; at++) {
    const character = list.charAt(at);
    if (character === ",") {
      items.push(item);
      item = "";
    } else if (character === "\\") {
      at++;
      if (!/^[,\\]$/.test(list.charAt(at))) return undefined;
      item += list.charAt(at);
    } else {
      item += character;
    }
  }
  return [...items, item];
}

function protocolsOf(octets: Uint8Array): readonly string[] | undefined {
  const protocols: string[] = [];
  let at = 0;
  while (at < octets.length) {
    const end = at + 1 + octetAt(octets, at);
    if (end === at + 1 || end > octets.length) return undefined;
    protocols.push(stringOf(octets, at + 1, end));
    at = end;
  }
  return protocols;
}

function formatProtocols(octets: Uint8Array): string {
  const escaped = proven(protocolsOf(octets), ENDED).map((protocol) => protocol.replace(/[,\\]/g, "\\$&"));
  return quoteOctets(bytesOf(escaped.join(",")));
}

function parsePort(text: string): Uint8Array | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : LONGEST_VALUE + 1;
  return port <= 0xffff ? unsignedOctets(port, 2) : undefined;
}

function addressHints(
  wanted: string,
  width: number,
  parse: (text: string) => Uint8Array | undefined,
  format: (octets: Uint8Array) => string,
): ValueForm {
  return {
    wanted,
    parse: (text) => {
      const addresses = text.split(",").map(parse);
      return addresses.includes(undefined)
        ? undefined
        : concatenate(addresses.filter((octets) => octets !== undefined));
    },
    matches: (octets) => octets.length > 0 && octets.length % width === 0,
    format: (octets) =>
      Array.from({ length: octets.length / width }, (_, at) =>
        format(octets.subarray(at * width, (at + 1) * width)),
      ).join(","),
  };
}

function isUtf8(octets: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(octets);
    return true;
  } catch {
    return false; // TextDecoder has no other way to say so
  }
}
