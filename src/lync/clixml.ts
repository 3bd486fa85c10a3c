/** What Export-Clixml wrote ([MS-PSRP] §2.2.5) → values with their offsets. */

import { quote } from "../dns/quotation.ts";
import { failure, type Problem, type Result, success } from "../result.ts";
import type { SourceText } from "./source-text.ts";
import type { Value } from "./value.ts";
import { descend, type XmlElement } from "./xml.ts";

/** Reads what stands below the element Objs. */
export function readClixml(root: XmlElement, source: SourceText): Result<readonly Value[]> {
  const reader = new ClixmlReader(source);
  const values = root.children.map((element) => reader.valueOf(element));
  return reader.problems.length > 0 ? failure(reader.problems) : success(values);
}

const NUMBERS = new Set(["I16", "I32", "I64", "U16", "U32", "U64", "By", "SB", "Sg", "Db", "D"]);
const LISTS = ["LST", "IE", "QUE", "STK"];

class ClixmlReader {
  readonly problems: Problem[] = [];
  readonly #source: SourceText;
  /** By RefId; undefined while the object is being read. */
  readonly #objects = new Map<string, Value | undefined>();

  constructor(source: SourceText) {
    this.#source = source;
  }

  valueOf(element: XmlElement): Value {
    const { name, text, offset } = element;
    if (name === "Obj") return this.#object(element);
    if (name === "Ref") return this.#reference(element);
    if (name === "Nil" || name === "SS" || name === "DCT") return { kind: "nothing", offset };
    if (name === "B") return { kind: "scalar", value: text.trim().toLowerCase() === "true", offset };
    if (NUMBERS.has(name)) return { kind: "scalar", value: Number(text), offset };
    return { kind: "scalar", value: unescaped(text), offset };
  }

  #object(element: XmlElement): Value {
    const id = element.attributes.RefId;
    if (id === undefined) return this.#contentOf(element);
    if (this.#objects.has(id)) {
      this.#refuse(`Cannot give the RefId ${quote(id)} to two objects: export it again`, element);
      return { kind: "nothing", offset: element.offset };
    }
    this.#objects.set(id, undefined);
    const value = this.#contentOf(element);
    this.#objects.set(id, value);
    return value;
  }

  #contentOf(element: XmlElement): Value {
    const { offset } = element;
    const items = LISTS.map((name) => descend(element, name)).find((list) => list !== undefined);
    if (items !== undefined)
      return { kind: "list", items: items.children.map((item) => this.valueOf(item)), offset };
    const text = descend(element, "ToString")?.text;
    const isEnum = element.children.some(({ name }) => NUMBERS.has(name));
    if (isEnum && text !== undefined) return { kind: "scalar", value: unescaped(text), offset };
    const only = element.children.find(({ name }) => name === "S" || name === "B" || NUMBERS.has(name));
    if (only !== undefined) return this.valueOf(only); // a boxed value
    return {
      kind: "properties",
      properties: this.#properties(element),
      text: text && unescaped(text),
      offset,
    };
  }

  /** Those of the object itself (Props) and those that were added to it (MS), as Select-Object does. */
  #properties(element: XmlElement): ReadonlyMap<string, Value> {
    const found = new Map<string, Value>();
    for (const group of ["Props", "MS"]) {
      for (const property of descend(element, group)?.children ?? []) {
        const name = property.attributes.N;
        if (name !== undefined) found.set(name.toLowerCase(), this.valueOf(property));
      }
    }
    return found;
  }

  #reference(element: XmlElement): Value {
    const id = element.attributes.RefId ?? "";
    const value = this.#objects.get(id);
    if (value !== undefined) return value;
    const reason = this.#objects.has(id)
      ? "it stands inside of that object"
      : "there is no such object before";
    this.#refuse(`Cannot follow the reference to object ${quote(id)}: ${reason}; export it again`, element);
    return { kind: "nothing", offset: element.offset };
  }

  #refuse(message: string, { offset }: XmlElement): void {
    this.problems.push({ severity: "error", message, place: this.#source.placeAt(offset) });
  }
}

/** `_x000A_` stands for a character that XML does not take. */
function unescaped(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
