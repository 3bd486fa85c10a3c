/**
 * Master files (RFC 1035 §5) with the $TTL of RFC 2308 §4, the units of BIND in TTLs and the generic forms of
 * RFC 3597 §5. Records of class IN only.
 */

import { type Place, type Problem, type Result, settle } from "../result.ts";
import { isDataType, typeFromName } from "./codes.ts";
import { type DomainName, nameOrReason } from "./name.ts";
import { quote } from "./quotation.ts";
import { readRdata } from "./rdata.ts";
import { type Entry, scanEntries, type Token } from "./token.ts";
import { parseTtl } from "./ttl.ts";

export { groupIntoRRsets } from "./rrset-grouping.ts";

/** One record of class IN as it was read from a file. */
export interface ResourceRecord {
  readonly owner: DomainName;
  readonly type: number;
  /** Seconds, 0 to 2^31 - 1. */
  readonly ttl: number;
  /** Wire form, names uncompressed. */
  readonly rdata: Uint8Array;
  readonly place: Place;
}

/** What a master file is read with. */
export interface MasterFileOptions {
  /** What relative names are completed by until the first $ORIGIN. */
  readonly origin: DomainName;
  /** TTL of records that have none, in seconds, until the first $TTL. */
  readonly defaultTtl: number;
  /** The place in its file of a line and column of the text, both counted from 1. */
  readonly place: (line: number, column: number) => Place;
}

/** Reads all records of a master file, or gives all its problems. Takes time linear in the text. */
export function readMasterFile(text: string, options: MasterFileOptions): Result<readonly ResourceRecord[]> {
  const reader = new MasterFileReader(options);
  for (const entry of scanEntries(text)) reader.readEntry(entry);
  return settle(reader.records, reader.problems);
}

/** Reads the tokens behind a directive. */
type Directive = (reader: MasterFileReader, directive: Token, words: readonly Token[]) => void;

/** The directives of RFC 1035 §5.1 and RFC 2308 §4, and those that BIND knows besides. */
const DIRECTIVES = new Map<string, Directive>([
  ["$ORIGIN", (reader, directive, words) => reader.setOrigin(directive, words)],
  ["$TTL", (reader, directive, words) => reader.setDefaultTtl(directive, words)],
  ["$INCLUDE", refuseDirective("write the records themselves in its place")],
  ["$GENERATE", refuseDirective("write each record out in its place")],
]);

/** Everything in front of the RDATA of a record but its owner. */
interface RecordHead {
  readonly ttl: number;
  readonly type: number;
  readonly typeToken: Token;
  readonly rdataTokens: readonly Token[];
}

class MasterFileReader {
  readonly records: ResourceRecord[] = [];
  readonly problems: Problem[] = [];
  readonly #place: MasterFileOptions["place"];
  #origin: DomainName;
  #defaultTtl: number;
  /** Owner of the record before; null where that could not be read, so that its heirs are not blamed. */
  #owner: DomainName | null | undefined;

  constructor({ origin, defaultTtl, place }: MasterFileOptions) {
    this.#origin = origin;
    this.#defaultTtl = defaultTtl;
    this.#place = place;
  }

  /** Reads one record or directive; what is wrong with it is noted, and the next entry is read all the same. */
  readEntry({ tokens, ownerLeftOut, faults }: Entry): void {
    for (const { message, line, column } of faults) this.#note(message, this.#place(line, column));
    const [first, ...others] = tokens;
    if (first === undefined) return;
    if (!ownerLeftOut && isDirective(first)) {
      this.#readDirective(first, others);
      return;
    }
    if (ownerLeftOut) this.#keepOwner(first);
    else this.#readOwner(first);
    if (faults.length === 0) this.#readRecord(first, ownerLeftOut ? tokens : others);
  }

  /** $ORIGIN: completes the relative names from here on. */
  setOrigin(directive: Token, [word, surplus]: readonly Token[]): void {
    const name = nameOrReason(word?.text ?? "", this.#origin);
    if (typeof name !== "string") this.#origin = name;
    else this.report(word ?? directive, `Cannot read $ORIGIN ${quote(word?.text ?? "")}: ${name}`);
    this.#refuseSurplus(directive, surplus);
  }

  /** $TTL: the TTL of records without one from here on. */
  setDefaultTtl(directive: Token, [word, surplus]: readonly Token[]): void {
    const ttl = parseTtl(word?.text ?? "");
    if (ttl !== undefined) this.#defaultTtl = ttl;
    else this.report(word ?? directive, `Cannot read $TTL ${quote(word?.text ?? "")}: ${TTL_WANTED}`);
    this.#refuseSurplus(directive, surplus);
  }

  /** Notes an error at a token. */
  report({ line, column }: Token, message: string): void {
    this.#note(message, this.#place(line, column));
  }

  #note(message: string, place: Place): void {
    this.problems.push({ severity: "error", message, place });
  }

  #readDirective(directive: Token, words: readonly Token[]): void {
    const read = DIRECTIVES.get(directive.text.toUpperCase()) ?? refuseUnknown;
    read(this, directive, words);
  }

  #refuseSurplus(directive: Token, surplus: Token | undefined): void {
    if (surplus === undefined) return;
    this.report(
      surplus,
      `Cannot read ${quote(surplus.text)}: nothing is wanted there behind ${directive.text}`,
    );
  }

  /** For a record that begins with a blank. */
  #keepOwner(first: Token): void {
    if (this.#owner !== undefined) return;
    this.report(first, "Cannot read a record without owner: none stands before it");
  }

  #readOwner(token: Token): void {
    const name = token.quoted
      ? "an owner without quotation marks is wanted"
      : nameOrReason(token.text, this.#origin);
    if (typeof name === "string") this.report(token, `Cannot read owner ${quote(token.text)}: ${name}`);
    this.#owner = typeof name === "string" ? null : name;
  }

  #readRecord(first: Token, tokens: readonly Token[]): void {
    const head = this.#readHead(first, tokens);
    if (head === undefined) return;
    const { ttl, type, typeToken, rdataTokens } = head;
    const rdata = readRdata(type, rdataTokens, this.#origin);
    const place = this.#place(first.line, first.column);
    if (!rdata.ok) this.#noteRdata(rdata.problems, typeToken);
    else if (this.#owner) this.records.push({ owner: this.#owner, type, ttl, rdata: rdata.value, place });
  }

  /** TTL and class in either order, each at most once, then the type. */
  #readHead(first: Token, tokens: readonly Token[]): RecordHead | undefined {
    let ttl: number | undefined;
    let classToken: Token | undefined;
    for (const [at, token] of tokens.entries()) {
      if (ttl === undefined && isTtl(token)) {
        ttl = this.#readTtl(token);
      } else if (classToken === undefined && isClass(token)) {
        classToken = token;
        this.#checkClass(token);
      } else {
        const type = this.#readType(token);
        const rdataTokens = tokens.slice(at + 1);
        return type === undefined
          ? undefined
          : { ttl: ttl ?? this.#defaultTtl, type, typeToken: token, rdataTokens };
      }
    }
    this.report(tokens.at(-1) ?? first, "Cannot read a record: it ends where its type is wanted");
    return undefined;
  }

  #readTtl(token: Token): number {
    const ttl = parseTtl(token.text);
    if (ttl === undefined) this.report(token, `Cannot read TTL ${quote(token.text)}: ${TTL_WANTED}`);
    return ttl ?? this.#defaultTtl;
  }

  #checkClass(token: Token): void {
    if (IN.has(token.text.toUpperCase())) return;
    this.report(token, `Cannot take a record of class ${quote(token.text)}: class IN is wanted`);
  }

  #readType(token: Token): number | undefined {
    const type = token.quoted ? undefined : typeFromName(token.text);
    if (type === undefined) {
      this.report(
        token,
        `Cannot read type ${quote(token.text)}: a type such as A, SRV or TYPE65280 is wanted`,
      );
      return undefined;
    }
    if (isDataType(type)) return type;
    this.report(
      token,
      `Cannot take a record of type ${quote(token.text)}: it stands in messages only, not in zones`,
    );
    return undefined;
  }

  #noteRdata(problems: readonly Problem[], typeToken: Token): void {
    for (const { message, place } of problems) {
      this.#note(message, this.#place(place?.line ?? typeToken.line, place?.column ?? typeToken.column));
    }
  }
}

const TTL_WANTED = "seconds from 0 to 2147483647, or units as in 1h30m, are wanted";
const IN = new Set(["IN", "CLASS1"]);

function isDirective({ text, quoted }: Token): boolean {
  return !quoted && text.startsWith("$");
}

/** No type and no class begins with a digit. */
function isTtl({ text, quoted }: Token): boolean {
  return !quoted && /^\d/.test(text);
}

function isClass({ text, quoted }: Token): boolean {
  return !quoted && /^(?:IN|CS|CH|HS|CLASS\d+)$/i.test(text);
}

function refuseUnknown(reader: MasterFileReader, directive: Token): void {
  reader.report(directive, `Cannot read directive ${quote(directive.text)}: $ORIGIN and $TTL are known`);
}

function refuseDirective(advice: string): Directive {
  return (reader, directive) => {
    reader.report(directive, `Cannot take ${directive.text.toUpperCase()} here: ${advice}`);
  };
}
