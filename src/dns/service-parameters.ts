/** The SvcParams of SVCB and HTTPS records (RFC 9460 §2.1 and §2.2). */

import { proven } from "./proven.ts";
import { ENDED, type Field } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import {
  formOf,
  KEY,
  keyFromName,
  keyName,
  keysOf,
  LONGEST_VALUE,
  parseOpaque,
} from "./service-parameter-forms.ts";
import type { Token } from "./token.ts";
import { concatenate, unsignedAt, unsignedOctets } from "./wire.ts";

/** The parameters of one record by key. */
type Parameters = Map<number, Uint8Array>;

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
    const parameters = proven(readWire(octets, 0), ENDED);
    return Array.from(parameters, ([key, value]) => formatParameter(key, value)).join(" ");
  },
};

function readParameter(token: Token, text: RdataText, parameters: Parameters): void {
  const name = token.text.replace(/=.*/s, "");
  const value = token.text.slice(name.length + 1);
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
