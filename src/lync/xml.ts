/** XML text → elements with their offsets. Names are local names; no DTD, no entities but XML's own five. */

import { SaxesParser, type SaxesTagPlain } from "saxes";
import { quote } from "../dns/quotation.ts";
import { failed, type Result, success } from "../result.ts";
import type { SourceText } from "./source-text.ts";

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By their local names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it. */
  readonly text: string;
  /** Of its `<`. */
  readonly offset: number;
}

/** Lync's own documents stay below 15; what is deeper was made to break a reader. */
const DEEPEST_NESTING = 100;

/** Reads a document; the first thing that is wrong with it ends it, as all others follow from that. */
export function readXml(source: SourceText): Result<XmlElement> {
  const reader = new ElementReader(source.text);
  try {
    return success(reader.read());
  } catch (fault) {
    if (fault instanceof XmlFault) return failed(fault.message, source.placeAt(fault.offset));
    throw fault;
  }
}

/** Ends the parser, which knows no other way to be ended. */
class XmlFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

class ElementReader {
  readonly #text: string;
  readonly #parser = new SaxesParser({ xmlns: false, position: false }); // offsets are enough
  readonly #open: OpenElement[] = [];
  #start = 0;
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
    const parser = this.#parser;
    parser.on("xmldecl", ({ encoding }) => this.#checkEncoding(encoding));
    parser.on("doctype", () => this.#refuseDoctype());
    parser.on("opentagstart", () => {
      this.#start = text.lastIndexOf("<", parser.position - 1);
    });
    parser.on("opentag", (tag) => this.#enter(tag));
    parser.on("text", (characters) => this.#addText(characters));
    parser.on("cdata", (characters) => this.#addText(characters));
    parser.on("closetag", () => this.#leave());
    parser.on("error", (error) => this.#refuse(error.message));
  }

  read(): XmlElement {
    this.#parser.write(this.#text).close();
    if (this.#root === undefined) throw new XmlFault("Cannot read this as XML: it has no element", 0);
    return this.#root;
  }

  #enter({ name, attributes }: SaxesTagPlain): void {
    if (this.#open.length >= DEEPEST_NESTING) {
      throw new XmlFault(`Cannot read elements nested more than ${DEEPEST_NESTING} deep`, this.#start);
    }
    const element: OpenElement = {
      name: localName(name),
      attributes: withLocalNames(attributes),
      children: [],
      text: "",
      offset: this.#start,
    };
    this.#open.at(-1)?.children.push(element);
    this.#root ??= element;
    this.#open.push(element);
  }

  #leave(): void {
    this.#open.pop();
  }

  #addText(characters: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += characters;
  }

  /** `1:16: duplicate attribute: b.` */
  #refuse(said: string): void {
    const reason = said.replace(/^(?:\d+:\d+: )?/, "").replace(/\.$/, "");
    const offset = Math.max(0, Math.min(this.#parser.position, this.#text.length) - 1);
    throw new XmlFault(`Cannot read this as XML: ${reason}`, offset);
  }

  #refuseDoctype(): void {
    const offset = this.#text.search(/<!DOCTYPE/);
    throw new XmlFault(
      "Cannot read a document type declaration: Lync writes none, and entities are not expanded; take it out",
      Math.max(0, offset),
    );
  }

  /** The text is decoded already. A declaration of another encoding matters where more than ASCII is in it. */
  #checkEncoding(encoding: string | undefined): void {
    if (encoding === undefined || /^(?:utf-?8|utf-?16(?:le|be)?|us-ascii|ascii)$/i.test(encoding)) return;
    const offset = this.#text.search(/[^\0-\x7f]/);
    if (offset < 0) return;
    throw new XmlFault(
      `Cannot read ${quote(encoding)}: save the document as UTF-8, or as UTF-16 with a byte order mark`,
      offset,
    );
  }
}

/** As saxes gave them, in an object without prototype; with local names in the rare case that one has a prefix. */
function withLocalNames(attributes: Record<string, string>): Record<string, string> {
  for (const name in attributes) if (name.includes(":")) return renamed(attributes);
  return attributes;
}

function renamed(attributes: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) found[localName(name)] ??= value;
  return found;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The child elements of a name. */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The first element on a path of names below an element. */
export function descend(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of names) found = found?.children.find((child) => child.name === name);
  return found;
}
