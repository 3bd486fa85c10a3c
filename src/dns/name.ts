/**
 * Domain names (RFC 1035 §3.1, RFC 4343): sequences of labels, each of 1 to 63 octets, 255 octets in all.
 *
 * A name is held in wire form as a string with one character an octet (0 to 255), so that a label that
 * contains a dot is never mistaken for two and names can be compared and used as Map keys as they are.
 */

import { failed, type Result, success } from "../result.ts";
import { notAnEscape, readEscape } from "./character-string.ts";
import { octetAt } from "./octets.ts";
import { quote } from "./quotation.ts";

/** Octets of the longest label and of the longest name on the wire (RFC 1035 §2.3.4). */
export const MAXIMUM_LABEL_LENGTH = 63;
export const MAXIMUM_NAME_LENGTH = 255;

/** An absolute domain name. Made by this module only. */
export class DomainName {
  /** Wire form, one character an octet, the root label at the end, case as it was written. */
  readonly wire: string;
  /** The wire form with A–Z lower-cased: equal for names that are equal to the DNS (RFC 4343). */
  readonly key: string;

  private constructor(wire: string) {
    this.wire = wire;
    this.key = lowerCase(wire);
  }

  /** The name of a wire form that is known to be well formed: built by this module or taken from a name. */
  static fromCheckedWire(wire: string): DomainName {
    return new DomainName(wire);
  }

  get isRoot(): boolean {
    return this.wire.length === 1;
  }

  /** The labels from the left, the root label not among them. */
  get labels(): readonly string[] {
    const labels: string[] = [];
    for (let at = 0; this.wire.charCodeAt(at) > 0; at += 1 + this.wire.charCodeAt(at)) {
      labels.push(this.wire.slice(at + 1, at + 1 + this.wire.charCodeAt(at)));
    }
    return labels;
  }

  /** The name without its first label; the root is its own parent. */
  get parent(): DomainName {
    return this.isRoot ? this : new DomainName(this.wire.slice(1 + this.wire.charCodeAt(0)));
  }

  equals(other: DomainName): boolean {
    return this.key === other.key;
  }

  /** Whether this name is `ancestor` or lies below it. */
  isAtOrBelow(ancestor: DomainName): boolean {
    if (!this.key.endsWith(ancestor.key)) return false;
    const start = this.key.length - ancestor.key.length;
    let at = 0;
    while (at < start) at += 1 + this.key.charCodeAt(at);
    return at === start; // the suffix begins where a label begins
  }

  /** The labels above `ancestor` in wire form without a root label: what `_tcp` is to `_tcp.contoso.com`. */
  relativeTo(ancestor: DomainName): string {
    return this.wire.slice(0, this.wire.length - ancestor.wire.length);
  }

  /** This name's labels put in front of another name; undefined where that is over 255 octets. */
  static join(relative: string, ancestor: DomainName): DomainName | undefined {
    const wire = relative + ancestor.wire;
    return wire.length > MAXIMUM_NAME_LENGTH ? undefined : new DomainName(wire);
  }

  /** Wire form as octets. */
  toBytes(): Uint8Array {
    return bytesOf(this.wire);
  }

  /** Presentation form with a final dot, special octets escaped (RFC 1035 §5.1). */
  toString(): string {
    if (this.isRoot) return ".";
    return `${this.labels.map(escapeLabel).join(".")}.`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A name as people write it: without the final dot, but for the root. */
export function nameText(name: DomainName): string {
  return name.isRoot ? "." : name.toString().slice(0, -1);
}

/** The root of the name space. */
export const ROOT = DomainName.fromCheckedWire("\0");

/**
 * Reads a name in presentation form: dots between labels, `\.` and `\DDD` escapes, `@` for the origin.
 * A name without a final dot is completed by `origin`; without an origin it is taken as absolute.
 */
export function parseDomainName(text: string, origin: DomainName = ROOT): Result<DomainName> {
  if (text === "") return failed("Cannot read an empty name: give at least one label");
  const name = nameOrReason(text, origin);
  return typeof name === "string" ? failed(`Cannot read name ${quote(text)}: ${name}`) : success(name);
}

/** The name of labels put in front of an ancestor; `text` is what a problem quotes. */
export function nameFromLabels(
  labels: readonly string[],
  ancestor: DomainName,
  text = labels.join("."),
): Result<DomainName> {
  const name = joinLabels(labels, ancestor);
  return typeof name === "string" ? failed(`Cannot use name ${quote(text)}: ${name}`) : success(name);
}

/** Like parseDomainName(), but with the bare reason where the text is no name, for a sentence around it. */
export function nameOrReason(text: string, origin: DomainName): DomainName | string {
  if (text === "@") return origin;
  if (text === ".") return ROOT;
  const foreign = /[^\p{ASCII}]/u.exec(text);
  if (foreign !== null) return `${quote(foreign[0])} is not ASCII; write its A-label (xn--…) or \\DDD octets`;
  const labels = text.includes("\\") ? readEscapedLabels(text) : text.split(".");
  if (typeof labels === "string") return labels;
  const isAbsolute = labels.length > 1 && labels.at(-1) === "";
  return isAbsolute ? joinLabels(labels.slice(0, -1), ROOT) : joinLabels(labels, origin);
}

/** The labels of an ASCII text with escapes, the empty one behind a final dot among them, or a reason. */
function readEscapedLabels(text: string): readonly string[] | string {
  const labels: string[] = [];
  let label = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ".") {
      labels.push(label);
      label = "";
    } else if (character === "\\") {
      const found = readEscape(text, at);
      if (found === undefined) return notAnEscape(text.slice(at, at + 4));
      label += stringOf(found.octets);
      at += found.length - 1;
    } else {
      label += character;
    }
  }
  return [...labels, label];
}

function joinLabels(labels: readonly string[], ancestor: DomainName): DomainName | string {
  if (labels.includes("")) return "it has an empty label";
  const long = labels.find((label) => label.length > MAXIMUM_LABEL_LENGTH);
  if (long !== undefined) {
    return `its label ${quote(long)} has ${long.length} octets, ${MAXIMUM_LABEL_LENGTH} are allowed`;
  }
  const relative = labels.map((label) => String.fromCharCode(label.length) + label).join("");
  const length = relative.length + ancestor.wire.length;
  return (
    DomainName.join(relative, ancestor) ??
    `it has ${length} octets on the wire, ${MAXIMUM_NAME_LENGTH} are allowed`
  );
}

/**
 * A string whose order among others of its kind is the canonical order of names (RFC 4034 §6.1): by label
 * from the right, octet by octet, a name right before the names below it.
 */
export function canonicalSortKey(name: DomainName): string {
  const labels = DomainName.fromCheckedWire(name.key).labels;
  return labels.map(shiftOctets).reverse().join("\0");
}

/** Reads an uncompressed name in wire form at `offset`; undefined where the octets are no such name. */
export function nameFromWire(bytes: Uint8Array, offset = 0): DomainName | undefined {
  let at = offset;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > MAXIMUM_LABEL_LENGTH) return undefined;
    at += 1 + length;
    if (at > bytes.length || at - offset > MAXIMUM_NAME_LENGTH) return undefined;
    if (length === 0) return DomainName.fromCheckedWire(stringOf(bytes, offset, at));
  }
}

/** Octets as a string with one character an octet. */
export function stringOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(octetAt(bytes, at));
  return text;
}

/** A string with one character an octet as octets. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Lower-cases A–Z alone: octets over 127 have no case in the DNS, and 63 < 'A', so lengths survive. */
function lowerCase(wire: string): string {
  return /[A-Z]/.test(wire) ? wire.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : wire;
}

/** Each octet one higher, so that "\0" between labels sorts before whatever a label holds. */
function shiftOctets(label: string): string {
  return Array.from(label, (octet) => String.fromCharCode(octet.charCodeAt(0) + 1)).join("");
}

/** What stands in a label as it is. */
const PLAIN = /[A-Za-z0-9*_/-]/;

/** What stands behind a backslash (RFC 1035 §5.1). */
const ESCAPED = /["$().;@]/;

/**
 * All else goes by number, for Knot takes it for no part of a name, and behind a backslash each of these would
 * be misread: `\\` before a dot by NSD, `\[` at the begin by BIND, `\#` in RDATA (RFC 3597).
 */
function escapeLabel(label: string): string {
  let text = "";
  for (const character of label) {
    if (PLAIN.test(character)) text += character;
    else if (ESCAPED.test(character)) text += `\\${character}`;
    else text += `\\${character.charCodeAt(0).toString().padStart(3, "0")}`;
  }
  return text;
}
