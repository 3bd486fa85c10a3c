/** What a server says of itself in class CH (RFC 4892): off unless the settings switch it on. */

import { TYPE } from "../dns/codes.ts";
import { octetAt } from "../dns/octets.ts";
import type { Query } from "./query.ts";
import type { ReplyWriter } from "./reply-writer.ts";

/** What is told; what is undefined is refused. Printable ASCII, 255 characters at most. */
export interface ChaosOptions {
  /** To `id.server` and `hostname.bind`. */
  readonly name: string | undefined;
  /** To `version.server` and `version.bind`. */
  readonly version: string | undefined;
}

interface Told {
  /** In wire form, lower case. */
  readonly name: Uint8Array;
  readonly rdata: Uint8Array;
}

export class Chaos {
  readonly #told: readonly Told[];

  constructor({ name, version }: ChaosOptions) {
    this.#told = [
      ...told(["id.server", "hostname.bind"], name),
      ...told(["version.server", "version.bind"], version),
    ];
  }

  /** Writes the answer to a question of class CH; false where it is none that is answered. */
  answer(query: Query, writer: ReplyWriter): boolean {
    if (query.type !== TYPE.TXT && query.type !== TYPE.ANY) return false;
    for (const { name, rdata } of this.#told) {
      if (!isName(query, name)) continue;
      writer.chaosText(rdata);
      return true;
    }
    return false;
  }
}

function told(names: readonly string[], text: string | undefined): Told[] {
  if (text === undefined) return [];
  const rdata = characterString(text);
  return names.map((name) => ({ name: wireForm(name), rdata }));
}

function isName({ name }: Query, wanted: Uint8Array): boolean {
  if (name.length + 1 !== wanted.length) return false;
  return wanted.every((octet, at) => octet === octetAt(name.octets, at));
}

function characterString(text: string): Uint8Array {
  return Uint8Array.of(text.length, ...Array.from(text, (character) => character.charCodeAt(0)));
}

function wireForm(name: string): Uint8Array {
  return Uint8Array.of(...name.split(".").flatMap((label) => [...characterString(label)]), 0);
}
