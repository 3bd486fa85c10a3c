/** The text of one record's RDATA while it is read: tokens taken from the left, problems gathered. */

import type { Problem } from "../result.ts";
import { typeName } from "./codes.ts";
import type { DomainName } from "./name.ts";
import { quote } from "./quotation.ts";
import type { Token } from "./token.ts";

/** RDATA in presentation form. A problem's place has the line and column of its token, and no file. */
export class RdataText {
  readonly type: number;
  /** What relative names are completed by. */
  readonly origin: DomainName;
  readonly problems: Problem[] = [];
  readonly #tokens: readonly Token[];
  #taken = 0;
  #endedEarly = false;

  constructor(type: number, tokens: readonly Token[], origin: DomainName) {
    this.type = type;
    this.#tokens = tokens;
    this.origin = origin;
  }

  /** The next token, which stays where it is. */
  get next(): Token | undefined {
    return this.#tokens[this.#taken];
  }

  get isAtEnd(): boolean {
    return this.#taken === this.#tokens.length;
  }

  /** Whether a field was wanted where the text was over: the fields behind it are missing, too. */
  get endedEarly(): boolean {
    return this.#endedEarly;
  }

  /** Takes the next token; a problem where the text is over. */
  take(wanted: string): Token | undefined {
    const token = this.next;
    if (token === undefined) this.reportEnd(wanted);
    else this.#taken++;
    return token;
  }

  /** Takes all tokens that are left. */
  takeRest(): readonly Token[] {
    const rest = this.#tokens.slice(this.#taken);
    this.#taken = this.#tokens.length;
    return rest;
  }

  /** Notes why a token cannot be read. */
  report(token: Token, reason: string): void {
    this.#note(`Cannot read RDATA of ${typeName(this.type)} ${quote(token.text)}: ${reason}`, token);
  }

  /** Notes what is wrong with the RDATA as a whole. */
  reportWhole(reason: string): void {
    this.#note(`Cannot read RDATA of ${typeName(this.type)}: ${reason}`, this.#tokens[0]);
  }

  /** Notes what is wanted where the text is over already. */
  reportEnd(wanted: string): void {
    this.#endedEarly = true;
    this.#note(`Cannot read RDATA of ${typeName(this.type)}: it ends where ${wanted}`, this.#tokens.at(-1));
  }

  #note(message: string, token: Token | undefined): void {
    const place = token && { file: "", line: token.line, column: token.column };
    this.problems.push({ severity: "error", message, place });
  }
}
