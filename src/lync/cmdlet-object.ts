/** One object that a cmdlet printed: its properties as the kinds of values that we need. */

import { quote } from "../dns/quotation.ts";
import { type Facts, portOf, type Said } from "./facts.ts";
import { type SourceText, Spot } from "./source-text.ts";
import { itemsOf, type Properties, textIn, type Value } from "./value.ts";

export class CmdletObject {
  readonly #object: Properties;
  readonly #source: SourceText;
  readonly #facts: Facts;

  constructor(object: Properties, source: SourceText, facts: Facts) {
    this.#object = object;
    this.#source = source;
    this.#facts = facts;
  }

  /** Whether it has one of the properties. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#get(name) !== undefined);
  }

  #get(name: string): Value | undefined {
    return this.#object.properties.get(name.toLowerCase());
  }

  /** Where a property is said; where the object is, without one. */
  spot(name?: string): Spot {
    const value = name === undefined ? undefined : this.#get(name);
    return this.spotOf(value ?? this.#object);
  }

  spotOf({ offset }: Value, isPersonal = false): Spot {
    return new Spot(this.#source, offset, isPersonal);
  }

  /** A place whose line is not to be shown, as it holds a user's address. */
  get personalSpot(): Spot {
    return this.spotOf(this.#object, true);
  }

  /** Undefined where the property is absent, null or empty. */
  text(...names: readonly string[]): string | undefined {
    return names.map((name) => textIn(this.#get(name))).find((text) => text !== undefined);
  }

  saidText(name: string): Said<string> | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : { value, spot: this.spot(name) };
  }

  /** A text that the object is nothing without. */
  required(what: string, ...names: readonly string[]): string | undefined {
    const text = this.text(...names);
    if (text === undefined)
      this.#facts.error(`Cannot read ${what} without ${quote(names[0] ?? "")}`, this.spot());
    return text;
  }

  /** True and false, also as words and as 1 and 0. */
  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    this.#facts.error(`Cannot use ${quote(text)} as ${name}: true or false is wanted`, this.spot(name));
    return undefined;
  }

  /** A whole number. */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^\d{1,10}$/.test(text)) return Number(text);
    this.#facts.error(`Cannot use ${quote(text)} as ${name}: a whole number is wanted`, this.spot(name));
    return undefined;
  }

  /** A port; null where it is empty, as of a service that is not enabled. */
  port(name: string): number | null {
    const text = this.text(name);
    if (text === undefined || text === "0") return null;
    const port = portOf(text);
    if (port === undefined)
      this.#facts.error(`Cannot use ${quote(text)} as ${name}: give 1 to 65535`, this.spot(name));
    return port ?? null;
  }

  /** The texts of a list; one text alone is a list of one, words apart by blanks are one each. */
  texts(name: string): Said<string>[] {
    return itemsOf(this.#get(name)).flatMap((item) => {
      const words = textIn(item)?.split(/[\s,]+/) ?? [];
      return words
        .filter((word) => !/^system\./i.test(word))
        .map((value) => ({ value, spot: this.spotOf(item) }));
    });
  }

  /** The objects of a list. */
  objects(name: string): readonly Value[] {
    return itemsOf(this.#get(name));
  }

  /** A word of an enumeration. Where only its number was kept nobody can know the word: it is left to its default. */
  word(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || !/^\d+$/.test(text)) return text;
    const message = `Left out ${name} ${text}: ConvertTo-Json keeps the number of a word and not the word; no record depends on it`;
    this.#facts.note(message, this.spot(name));
    return undefined;
  }
}
