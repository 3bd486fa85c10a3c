/** The tokens of master files (RFC 1035 §5.1) and the entries that they make up. */

/** A word or a quoted string. */
export interface Token {
  /** As it stands in the text, escapes unresolved, the quotation marks around a quoted string taken off. */
  readonly text: string;
  readonly quoted: boolean;
  /** Where it begins, counted from 1; columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
}

/** What is wrong with the marks of an entry: a sentence with its place. */
export interface Fault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** One entry: a record or a directive, over several lines where parentheses hold them together. */
export interface Entry {
  readonly tokens: readonly Token[];
  /** Whether the entry begins with a blank, so that its owner is that of the record before. */
  readonly ownerLeftOut: boolean;
  readonly faults: readonly Fault[];
}

/**
 * The entries of a master file in their order, blank lines and comments left out. Takes time linear in the
 * text: what stands behind an unclosed parenthesis is read twice at most.
 */
export function* scanEntries(text: string): Generator<Entry> {
  const scanner = new Scanner(text);
  for (let entry = scanner.next(); entry !== undefined; entry = scanner.next()) {
    if (entry.tokens.length > 0 || entry.faults.length > 0) yield entry;
  }
}

const BLANKS = new Set([" ", "\t", "\r", "\f", "\v"]);
const WORD_ENDS = new Set([...BLANKS, "\n", ";", "(", ")", ""]);
const QUOTED_ENDS = new Set(['"', "\n", ""]);

/** First characters of lines that begin no entry of their own. */
const INDENTED_OR_VOID = new Set([...BLANKS, "\n", ";"]);

/** A place in the text. */
interface Position {
  readonly at: number;
  readonly line: number;
  readonly lineStart: number;
}

class Scanner {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #tokens: Token[] = [];
  #faults: Fault[] = [];
  /** The parenthesis that is open. */
  #open: Position | undefined;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\uFEFF")) this.#at = this.#lineStart = 1; // byte order mark, as Windows editors write it
  }

  /** The next entry, one without tokens for an empty line, undefined at the end of the text. */
  next(): Entry | undefined {
    if (this.#at >= this.#text.length) return undefined;
    this.#tokens = [];
    this.#faults = [];
    const ownerLeftOut = this.#isAtBlank();
    while (this.#isInEntry());
    if (this.#open !== undefined) this.#recoverFrom(this.#open);
    return { tokens: this.#tokens, ownerLeftOut, faults: this.#faults };
  }

  /** Takes one token, mark, blank, comment or line end; false where the entry is over. */
  #isInEntry(): boolean {
    switch (this.#text.charAt(this.#at)) {
      case "":
        return false;
      case "\n":
        this.#beginLine();
        return this.#open !== undefined;
      case "(":
        return this.#openParenthesis();
      case ")":
        this.#closeParenthesis();
        return true;
      case ";":
        this.#at = this.#lineEnd();
        return true;
      case '"':
        this.#takeQuoted();
        return true;
      default:
        if (this.#isAtBlank()) this.#at++;
        else this.#takeWord();
        return true;
    }
  }

  #isAtBlank(): boolean {
    return BLANKS.has(this.#text.charAt(this.#at));
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #beginLine(): void {
    this.#at++;
    this.#line++;
    this.#lineStart = this.#at;
  }

  /** A second parenthesis inside the first means, as a rule, that the first was never closed. */
  #openParenthesis(): boolean {
    if (this.#open !== undefined) return false;
    this.#open = { at: this.#at, line: this.#line, lineStart: this.#lineStart };
    this.#at++;
    return true;
  }

  #closeParenthesis(): void {
    if (this.#open === undefined) this.#report('Cannot read ")": no parenthesis is open before it', this.#at);
    this.#open = undefined;
    this.#at++;
  }

  /** Goes on at the next line that looks like the begin of an entry: one that is not indented. */
  #recoverFrom(open: Position): void {
    this.#line = open.line;
    this.#lineStart = open.lineStart;
    this.#at = open.at;
    this.#report('Cannot read "(": it is not closed before the next one or the end of the text', open.at);
    this.#open = undefined;
    do {
      this.#at = this.#lineEnd();
      if (this.#at < this.#text.length) this.#beginLine();
    } while (INDENTED_OR_VOID.has(this.#text.charAt(this.#at)));
  }

  #takeQuoted(): void {
    const start = this.#at;
    const end = this.#closingQuote(start);
    if (end !== undefined) this.#push(start, this.#text.slice(start + 1, end), true);
    this.#at = end === undefined ? this.#lineEnd() : end + 1;
  }

  #takeWord(): void {
    const start = this.#at;
    while (!WORD_ENDS.has(this.#text.charAt(this.#at))) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') this.#at = this.#endOfQuoteInWord(start);
      else this.#at = this.#afterCharacter(this.#at);
    }
    this.#push(start, this.#text.slice(start, this.#at), false);
  }

  /** Quotes inside a word are those of a SvcParam alone: `alpn="h2,h3"` (RFC 9460 §2.1). */
  #endOfQuoteInWord(wordStart: number): number {
    if (this.#text.charAt(this.#at - 1) === "=") {
      const end = this.#closingQuote(this.#at);
      return end === undefined ? this.#lineEnd() : end + 1;
    }
    this.#report('Cannot read a quotation mark inside a word: write \\" or put a blank before it', wordStart);
    return this.#at + 1;
  }

  /** The offset of the closing quotation mark on the same line. */
  #closingQuote(start: number): number | undefined {
    let at = start + 1;
    while (!QUOTED_ENDS.has(this.#text.charAt(at))) at = this.#afterCharacter(at);
    if (this.#text.charAt(at) === '"') return at;
    this.#report("Cannot read a quoted string: it is not closed on its line", start);
    return undefined;
  }

  /** The offset behind a character or behind a backslash and the character that it escapes. */
  #afterCharacter(at: number): number {
    const escapes = this.#text.charAt(at) === "\\" && !"\r\n".includes(this.#text.charAt(at + 1));
    return escapes ? at + 2 : at + 1;
  }

  #push(start: number, text: string, quoted: boolean): void {
    this.#tokens.push({ text, quoted, line: this.#line, column: 1 + start - this.#lineStart });
  }

  #report(message: string, at: number): void {
    this.#faults.push({ message, line: this.#line, column: 1 + at - this.#lineStart });
  }
}
