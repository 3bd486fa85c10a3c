/** The SvcParams of SVCB and HTTPS records (RFC 9460 §2.1, §7 and appendix A; dohpath: RFC 9461 §5). */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";
import { formatBase64, parseBase64 } from "./base-encoding.ts";
import { quoteOctets, unescapeText } from "./character-string.ts";
import { bytesOf, stringOf } from "./name.ts";
import type { Field } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import type { Token } from "./token.ts";
import { concatenate, unsignedAt, unsignedOctets, withLengthOctet } from "./wire.ts";

/** How the value of a SvcParam is read, checked on the wire, and written. */
interface ValueForm {
  readonly wanted: string;
  /** The octets of a value in text, escapes unresolved; undefined where it is not what is wanted. */
  readonly parse: (text: string) => Uint8Array | undefined;
  readonly matches: (octets: Uint8Array) => boolean;
  /** Text behind the "=", or "" for a value that has none. */
  readonly format: (octets: Uint8Array) => string;
}

/** The parameters of one record by key. */
type Parameters = Map<number, Uint8Array>;

const KEY = {
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
const LONGEST_VALUE = 0xffff;

/** SvcParams up to the end of the RDATA, any number of them, on the wire in rising order of their keys. */
export const serviceParameters: Field = {
  read: (text) => {
    const parameters: Parameters = new Map();
    for (const token of text.takeRest()) readParameter(token, text, parameters);
    const contradiction = contradictionOf(parameters);
    if (contradiction !== undefined && text.problems.length === 0) text.reportWhole(contradiction);
    return wireOf(parameters);
  },
  end: (rdata, start) => {
    const parameters = readWire(rdata, start);
    return parameters && contradictionOf(parameters) === undefined ? rdata.length : undefined;
  },
  format: (octets) => {
    const parameters = readWire(octets, 0) ?? new Map<number, Uint8Array>();
    return Array.from(parameters, ([key, value]) => formatParameter(key, value)).join(" ");
  },
};

function readParameter(token: Token, text: RdataText, parameters: Parameters): void {
  const [, name = "", value = ""] = /^([^=]*)=?(.*)$/su.exec(token.text) ?? [];
  const key = token.quoted ? undefined : keyFromName(name);
  if (key === undefined) {
    text.report(token, "a parameter such as alpn=h2, port=443 or key65280=text is wanted");
  } else if (parameters.has(key)) {
    text.report(token, `${keyName(key)} is given twice`);
  } else {
    const octets = readValue(key, name, withoutQuotes(value));
    if (typeof octets === "string") text.report(token, octets);
    parameters.set(key, typeof octets === "string" ? new Uint8Array() : octets);
  }
}

/** Under its number, a known key's value is given as on the wire (RFC 9460 §2.1). */
function readValue(key: number, name: string, text: string | undefined): Uint8Array | string {
  const form = formOf(key);
  if (text === undefined) return "the quotation marks around its value do not match";
  const parse = name === keyName(key) ? form.parse : parseOpaque;
  const octets = parse(text);
  if (octets === undefined || !form.matches(octets)) return `${form.wanted} as ${keyName(key)}`;
  return octets.length > LONGEST_VALUE ? `its value has ${octets.length} octets, 65535 are allowed` : octets;
}

function withoutQuotes(value: string): string | undefined {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  return /(?<!\\)"/.test(inner) ? undefined : inner;
}

/** Why parameters contradict each other (RFC 9460 §7.1.1 and §8). */
function contradictionOf(parameters: Parameters): string | undefined {
  const absent = keysOf(parameters.get(KEY.mandatory)).find((key) => !parameters.has(key));
  if (absent !== undefined) return `mandatory names ${keyName(absent)}, which is not there`;
  const lacksAlpn = parameters.has(KEY["no-default-alpn"]) && !parameters.has(KEY.alpn);
  return lacksAlpn ? "no-default-alpn stands alone, alpn is wanted with it" : undefined;
}

function wireOf(parameters: Parameters): Uint8Array {
  const sorted = [...parameters].sort(([one], [other]) => one - other);
  return concatenate(
    sorted.flatMap(([key, value]) => [unsignedOctets(key, 2), unsignedOctets(value.length, 2), value]),
  );
}

/** Undefined unless keys rise and every value has the form of its key. */
function readWire(rdata: Uint8Array, start: number): Parameters | undefined {
  const parameters: Parameters = new Map();
  let before = -1;
  let at = start;
  while (at < rdata.length) {
    const key = unsignedAt(rdata, at, 2);
    const end = at + 4 + unsignedAt(rdata, at + 2, 2);
    if (at + 4 > rdata.length || end > rdata.length || key <= before) return undefined;
    const value = rdata.subarray(at + 4, end);
    if (!formOf(key).matches(value)) return undefined;
    parameters.set(key, value);
    before = key;
    at = end;
  }
  return parameters;
}

function formatParameter(key: number, value: Uint8Array): string {
  const text = formOf(key).format(value);
  const name = key === KEY.dohpath ? `key${key}` : keyName(key); // Knot 3.2 knows dohpath by its number only
  return text === "" ? name : `${name}=${text}`;
}

function keyName(key: number): string {
  return KEY_NAMES.get(key) ?? `key${key}`;
}

function keyFromName(name: string): number | undefined {
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

function formOf(key: number): ValueForm {
  return FORMS.get(key) ?? OPAQUE;
}

function parseOpaque(text: string): Uint8Array | undefined {
  const octets = unescapeText(text);
  return typeof octets === "string" ? undefined : octets;
}

function parseKeys(text: string): Uint8Array | undefined {
  const keys = text.split(",").map(keyFromName);
  if (keys.includes(undefined) || new Set(keys).size < keys.length) return undefined;
  const sorted = keys.filter((key) => key !== undefined).sort((one, other) => one - other);
  return concatenate(sorted.map((key) => unsignedOctets(key, 2)));
}

function keysOf(octets: Uint8Array = new Uint8Array()): readonly number[] {
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
    const end = at + 1 + (octets[at] ?? 0);
    if (end === at + 1 || end > octets.length) return undefined;
    protocols.push(stringOf(octets, at + 1, end));
    at = end;
  }
  return protocols;
}

function formatProtocols(octets: Uint8Array): string {
  const escaped = (protocolsOf(octets) ?? []).map((protocol) => protocol.replace(/[,\\]/g, "\\$&"));
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
