/**
 * The XML of a stream, as far as it has come (RFC 6120 §4): untrusted input. saxes reads it strictly, expands the
 * five entities of XML alone, and what XMPP forbids (§11.1: comments, instructions, DTDs) ends it.
 */

import { SaxesParser, type SaxesTagNS } from "saxes";

/** An element that has been closed. */
export interface StreamElement {
  readonly name: string;
  readonly namespace: string;
  readonly children: readonly StreamElement[];
  readonly text: string;
}

interface OpenElement extends StreamElement {
  readonly children: StreamElement[];
  text: string;
}

/** Octets of a stream that are read at most: features and errors take a few hundred. */
const MOST_OCTETS = 64 * 2 ** 10;

/** Why a stream cannot be read on; the end of a sentence. */
export class StreamFault extends Error {}

/** What has been read of a stream. */
export class StreamDocument {
  /** The opening tag's attributes; undefined until it has been read. */
  opened: ReadonlyMap<string, string> | undefined;
  /** Its elements of the first level, whole. */
  readonly elements: StreamElement[] = [];
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #open: OpenElement[] = [];
  #octets = 0;
  #isClosed = false;
  #fault: string | undefined;

  constructor() {
    const forbid = (what: string) => () => {
      this.#fault ??= `it holds ${what}, which XMPP forbids (RFC 6120 §11.1)`;
    };
    this.#parser.on("error", (error) => {
      this.#fault ??= `it is no XML: ${error.message}`;
    });
    this.#parser.on("doctype", forbid("a DTD"));
    this.#parser.on("comment", forbid("a comment"));
    this.#parser.on("processinginstruction", forbid("a processing instruction"));
    this.#parser.on("opentag", (tag) => this.#openTag(tag));
    this.#parser.on("closetag", () => this.#closeTag());
    this.#parser.on("text", (text) => this.#addText(text));
    this.#parser.on("cdata", (text) => this.#addText(text));
  }

  /** Whether the other side has closed the stream. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Reads on; throws StreamFault where that makes no sense. */
  push(octets: Uint8Array): void {
    this.#octets += octets.length;
    if (this.#octets > MOST_OCTETS) throw new StreamFault(`it says more than ${MOST_OCTETS} octets`);
    try {
      this.#parser.write(this.#decoder.decode(octets, { stream: true }));
    } catch (fault) {
      this.#fault ??= fault instanceof Error ? fault.message : String(fault);
    }
    if (this.#fault !== undefined) throw new StreamFault(this.#fault);
  }

  #openTag(tag: SaxesTagNS): void {
    if (this.opened === undefined) {
      if (tag.uri !== STREAMS || tag.local !== "stream") {
        this.#fault ??= `it begins with <${tag.name}>, not with a stream`;
      }
      this.opened = new Map(Object.entries(tag.attributes).map(([name, { value }]) => [name, value]));
      return;
    }
    this.#open.push({ name: tag.local, namespace: tag.uri, children: [], text: "" });
  }

  #addText(text: string): void {
    const innermost = this.#open.at(-1);
    if (innermost !== undefined) innermost.text += text;
  }

  #closeTag(): void {
    const element = this.#open.pop();
    if (element === undefined) this.#isClosed = true;
    else (this.#open.at(-1)?.children ?? this.elements).push(element);
  }
}

/** Namespaces of RFC 6120, XEP-0220. */
export const STREAMS = "http://etherx.jabber.org/streams";
export const NAMESPACE = {
  starttls: "urn:ietf:params:xml:ns:xmpp-tls",
  sasl: "urn:ietf:params:xml:ns:xmpp-sasl",
  dialback: "urn:xmpp:features:dialback",
  errors: "urn:ietf:params:xml:ns:xmpp-streams",
} as const;
