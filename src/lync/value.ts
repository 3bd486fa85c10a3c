/** What a cmdlet printed, whether as JSON or as CLIXML: values with their offsets. */

export type Value = Nothing | Scalar | List | Properties;

interface Placed {
  readonly offset: number;
}

export interface Nothing extends Placed {
  readonly kind: "nothing";
}

export interface Scalar extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean;
}

export interface List extends Placed {
  readonly kind: "list";
  readonly items: readonly Value[];
}

/** An object of PowerShell; names are in lower case, as PowerShell does not tell the cases apart. */
export interface Properties extends Placed {
  readonly kind: "properties";
  readonly properties: ReadonlyMap<string, Value>;
  /** What its ToString() printed, where the form keeps that. */
  readonly text: string | undefined;
}

/** Properties that an object of an identity or FQDN type tells its text in. */
const TEXT_PROPERTIES = ["friendlyname", "identity", "fqdn", "name", "value", "originalstring"];

/** The text of a value: of a word, a number, or an object that stands for a name. Undefined where there is none. */
export function textIn(value: Value | undefined): string | undefined {
  switch (value?.kind) {
    case undefined:
    case "nothing":
    case "list":
      return undefined;
    case "scalar":
      return String(value.value).trim() || undefined;
    case "properties": {
      const named = TEXT_PROPERTIES.map((name) => value.properties.get(name)).find(
        (one) => one?.kind === "scalar",
      );
      return value.text?.trim() || textIn(named);
    }
    default:
      return value satisfies never;
  }
}

/** The items of a list, however PowerShell wrapped it: `[…]`, `{ "value": […], "Count": 2 }`, one object alone. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value.kind === "nothing") return [];
  if (value.kind === "list") return value.items;
  const inner = value.kind === "properties" && value.properties.get("value");
  return inner && inner.kind === "list" ? inner.items : [value];
}
