/**
 * Master files (RFC 1035 §5) with the $TTL of RFC 2308 §4, the $GENERATE and the units in TTLs of BIND and the
 * generic forms of RFC 3597 §5. Records of class IN only.
 */

import { failed, MOST_PROBLEMS, type Place, type Problem, type Result, settle } from "../result.ts";
import { type Range, readRange, readTemplate } from "./generate.ts";
import { type DomainName, nameOrReason } from "./name.ts";
import { quote } from "./quotation.ts";
import { readRdata } from "./rdata.ts";
import { RecordBudget } from "./record-budget.ts";
import { readRecordHead, TTL_WANTED } from "./record-head.ts";
import { type Entry, scanEntries, type Token } from "./token.ts";
import { parseTtl } from "./ttl.ts";

export { RecordBudget } from "./record-budget.ts";
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

/** Where a text comes from. */
export interface MasterFileSource {
  /** The place in its file of a line and column of the text, both counted from 1. */
  readonly place: (line: number, column: number) => Place;
  /** Opens a file that $INCLUDE names; without it none is to be had. Problems without a line are those of the name. */
  readonly include?: ((path: string) => Result<IncludedFile>) | undefined;
}

/** A file that another one includes. */
export interface IncludedFile extends MasterFileSource {
  readonly text: string;
}

/** What a master file is read with. */
export interface MasterFileOptions extends MasterFileSource {
  /** What relative names are completed by until the first $ORIGIN. */
  readonly origin: DomainName;
  /** TTL of records that have none, in seconds, until the first $TTL. */
  readonly defaultTtl: number;
  /** Whether, before any $TTL, a record without TTL takes that of the record before it (RFC 1035 §5.1). */
  readonly inheritsTtl?: boolean | undefined;
  /** Records that $GENERATE may make in all: a million unless it is said. */
  readonly mostGenerated?: number | undefined;
  /** What all zones together may hold; of this one alone unless it is given. */
  readonly budget?: RecordBudget | undefined;
}

/** Reads all records of a master file, or gives all its problems. Takes time linear in the text. */
export function readMasterFile(text: string, options: MasterFileOptions): Result<readonly ResourceRecord[]> {
  const { records, problems } = readAsFarAsPossible(text, options);
  return settle(records, problems);
}

/** What could be read of a master file, and what is wrong with the rest. */
export interface ReadRecords {
  readonly records: readonly ResourceRecord[];
  readonly problems: readonly Problem[];
  /** How many problems there are besides these. */
  readonly furtherProblems: number;
}

/** Reads a master file for those who look for more that is wrong with it. */
export function readAsFarAsPossible(text: string, options: MasterFileOptions): ReadRecords {
  const reader = new MasterFileReader(options);
  reader.readText(text);
  return reader;
}

/** Reads the tokens behind a directive. */
type Directive = (reader: MasterFileReader, directive: Token, words: readonly Token[]) => void;

/** The directives of RFC 1035 §5.1 and RFC 2308 §4, and those that BIND knows besides. */
const DIRECTIVES = new Map<string, Directive>([
  ["$ORIGIN", (reader, directive, words) => reader.setOrigin(directive, words)],
  ["$TTL", (reader, directive, words) => reader.setDefaultTtl(directive, words)],
  ["$INCLUDE", (reader, directive, words) => reader.include(directive, words)],
  ["$GENERATE", (reader, directive, words) => reader.generate(directive, words)],
]);

/** What a token of $GENERATE becomes for a number. */
type TokenTemplate = (number: number) => Token;

/** The tokens of a $GENERATE behind its range. */
interface RecordTemplate {
  readonly owner: TokenTemplate;
  readonly others: readonly TokenTemplate[];
}

/** All directives of a zone together, included files among them. */
const MOST_GENERATED_IN_ALL = 1_000_000;

const NO_FILES = failed("Cannot take $INCLUDE here: write the records themselves in its place");

class MasterFileReader {
  readonly records: ResourceRecord[] = [];
  readonly problems: Problem[] = [];
  furtherProblems = 0;
  readonly #budget: RecordBudget;
  #source: MasterFileSource;
  #origin: DomainName;
  /** Whether the origin could not be read, so that nobody knows where the records behind it belong. */
  #isAdrift = false;
  #defaultTtl: number;
  /** Whether the last explicit TTL is the default of the records behind it. */
  #inheritsTtl: boolean;
  readonly #mostGenerated: number;
  #generated = 0;
  /** Owner of the record before; null where that could not be read, so that its heirs are not blamed. */
  #owner: DomainName | null | undefined;

  constructor(options: MasterFileOptions) {
    this.#source = options;
    this.#origin = options.origin;
    this.#defaultTtl = options.defaultTtl;
    this.#inheritsTtl = options.inheritsTtl ?? false;
    this.#budget = options.budget ?? new RecordBudget();
    this.#mostGenerated = options.mostGenerated ?? MOST_GENERATED_IN_ALL;
  }

  readText(text: string): void {
    for (const entry of scanEntries(text)) {
      if (this.#budget.isSpent) return;
      this.readEntry(entry);
    }
  }

  /** Reads one record or directive; what is wrong with it is noted, and the next entry is read all the same. */
  readEntry({ tokens, ownerLeftOut, faults }: Entry): void {
    for (const { message, line, column } of faults) this.#note(message, this.#source.place(line, column));
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
    const isRelative = word?.text.endsWith(".") !== true;
    this.#isAdrift = typeof name === "string" || (this.#isAdrift && isRelative);
    if (typeof name !== "string") this.#origin = name;
    else this.report(word ?? directive, `Cannot read $ORIGIN ${quote(word?.text ?? "")}: ${name}`);
    this.#refuseSurplus(directive, surplus);
  }

  /** $TTL: the TTL of records without one from here on. */
  setDefaultTtl(directive: Token, [word, surplus]: readonly Token[]): void {
    const ttl = parseTtl(word?.text ?? "");
    this.#inheritsTtl = false;
    if (ttl !== undefined) this.#defaultTtl = ttl;
    else this.report(word ?? directive, `Cannot read $TTL ${quote(word?.text ?? "")}: ${TTL_WANTED}`);
    this.#refuseSurplus(directive, surplus);
  }

  /**
   * $INCLUDE: reads another file, with an origin of its own if one is given. Behind it origin and owner are what
   * they were before (RFC 1035 §5.1); a $TTL of the file goes on, as in BIND and NSD.
   */
  include(directive: Token, [file, origin, surplus]: readonly Token[]): void {
    this.#refuseSurplus(directive, surplus);
    if (file === undefined) {
      this.report(directive, "Cannot read $INCLUDE: the path of a file is wanted");
      return;
    }
    const start = origin === undefined ? this.#origin : this.#originOfIncluded(origin);
    if (start === undefined) return;
    const included = this.#source.include?.(file.text) ?? NO_FILES;
    if (included.ok) this.#readIncluded(included.value, start);
    else for (const problem of included.problems) this.#add(this.#atToken(problem, file));
  }

  #originOfIncluded(token: Token): DomainName | undefined {
    const name = nameOrReason(token.text, this.#origin);
    if (typeof name !== "string") return name;
    this.report(token, `Cannot read origin ${quote(token.text)} of $INCLUDE: ${name}`);
    return undefined;
  }

  #readIncluded(included: IncludedFile, origin: DomainName): void {
    const [source, outerOrigin, owner] = [this.#source, this.#origin, this.#owner];
    const isAdrift = this.#isAdrift;
    this.#source = included;
    this.#origin = origin;
    this.readText(included.text);
    [this.#source, this.#origin, this.#owner] = [source, outerOrigin, owner];
    this.#isAdrift = isAdrift;
  }

  /** $GENERATE: one record for each number of a range. */
  generate(directive: Token, [rangeToken, ownerToken, ...others]: readonly Token[]): void {
    if (rangeToken === undefined || ownerToken === undefined) {
      this.report(directive, "Cannot read $GENERATE: a range, an owner, a type and RDATA are wanted");
      return;
    }
    const range = readRange(rangeToken.text);
    if (typeof range === "string") {
      this.report(rangeToken, `Cannot use ${quote(rangeToken.text)} as range of $GENERATE: ${range}`);
      return;
    }
    const owner = this.#readTemplate(ownerToken);
    const good = others
      .map((token) => this.#readTemplate(token))
      .filter((template) => template !== undefined);
    if (owner !== undefined && good.length === others.length)
      this.#generateAll(range, directive, { owner, others: good });
  }

  #generateAll({ start, stop, step }: Range, directive: Token, template: RecordTemplate): void {
    const owner = this.#owner;
    const problems = this.#problemCount;
    for (let number = start; number <= stop; number += step) {
      if (this.#generated++ >= this.#mostGenerated)
        this.report(
          directive,
          `Cannot make more than ${this.#mostGenerated} records by $GENERATE in one zone`,
        );
      if (this.#problemCount > problems) break; // the other numbers have the same problem
      this.#generateOne(template, number);
    }
    this.#owner = owner;
  }

  #generateOne({ owner, others }: RecordTemplate, number: number): void {
    const first = owner(number);
    this.#readOwner(first);
    this.#readRecord(
      first,
      others.flatMap((template) => this.#wordsOf(template(number))),
    );
  }

  #readTemplate(token: Token): TokenTemplate | undefined {
    const template = readTemplate(token.text);
    if (typeof template !== "string") return (number) => ({ ...token, text: template(number) });
    this.report(token, `Cannot read ${quote(token.text)} of $GENERATE: ${template}`);
    return undefined;
  }

  /** RDATA of $GENERATE in quotation marks is the RDATA itself and no character string, as in BIND. */
  #wordsOf(token: Token): readonly Token[] {
    if (!token.quoted) return [token];
    const { line, column } = token;
    const entries = [...scanEntries(` ${token.text}`)];
    for (const { message } of entries.flatMap(({ faults }) => faults)) this.report(token, message);
    return entries.flatMap(({ tokens }) => tokens.map((word) => ({ ...word, line, column })));
  }

  /** Notes an error at a token. */
  report({ line, column }: Token, message: string): void {
    this.#note(message, this.#source.place(line, column));
  }

  #note(message: string, place: Place): void {
    this.#add({ severity: "error", message, place });
  }

  /** What is not said one by one is not kept either: a file may be included a thousand times. */
  #add(problem: Problem): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
    else this.furtherProblems++;
  }

  get #problemCount(): number {
    return this.problems.length + this.furtherProblems;
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
    const head = readRecordHead(first, tokens, (token, message) => this.report(token, message));
    if (head === undefined) return;
    const { type, typeToken, rdataTokens } = head;
    const ttl = this.#ttlOf(head.ttl);
    const rdata = readRdata(type, rdataTokens, this.#origin);
    const place = this.#source.place(first.line, first.column);
    if (!rdata.ok) this.#noteRdata(rdata.problems, typeToken);
    else if (this.#owner && !this.#isAdrift)
      this.#keep({ owner: this.#owner, type, ttl, rdata: rdata.value, place });
  }

  #keep(record: ResourceRecord): void {
    const fault = this.#budget.take(record.rdata.length);
    if (fault === undefined) this.records.push(record);
    else this.#note(fault, record.place);
  }

  #ttlOf(explicit: number | undefined): number {
    if (explicit !== undefined && this.#inheritsTtl) this.#defaultTtl = explicit;
    return explicit ?? this.#defaultTtl;
  }

  #atToken({ message, place }: Problem, { line, column }: Token): Problem {
    const known = place?.line === undefined ? this.#source.place(line, column) : place;
    return { severity: "error", message, place: known };
  }

  #noteRdata(problems: readonly Problem[], typeToken: Token): void {
    for (const { message, place } of problems) {
      this.#note(
        message,
        this.#source.place(place?.line ?? typeToken.line, place?.column ?? typeToken.column),
      );
    }
  }
}

function isDirective({ text, quoted }: Token): boolean {
  return !quoted && text.startsWith("$");
}

function refuseUnknown(reader: MasterFileReader, directive: Token): void {
  reader.report(
    directive,
    `Cannot read directive ${quote(directive.text)}: $ORIGIN, $TTL, $INCLUDE and $GENERATE are known`,
  );
}
