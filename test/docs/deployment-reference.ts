/** The deployment file, read out of its schema for people: every key with its value, default and meaning. */

import { z } from "zod";
import { deploymentSchema } from "../../src/deployment/schema.ts";

/** A map of the deployment file. */
export interface Section {
  /** Where it stands: `edgePools[].servers[]`; empty for the whole file. */
  readonly path: string;
  readonly meaning: string;
  /** What a text in place of the map means: `Name of the SIP domain.` */
  readonly shortForms: readonly string[];
  readonly keys: readonly Key[];
}

export interface Key {
  readonly name: string;
  /** What a good value is: `a list of: a host name such as xmpp.contoso.com`. */
  readonly value: string;
  readonly default: Default | undefined;
  /** Whether the key must be given; or the keys that may stand in its place. */
  readonly required: boolean | readonly string[];
  readonly meaning: string;
  /** The schema of the value, to find the section that describes it. */
  readonly schema: Schema;
}

/** What holds where a key is left out. */
export interface Default {
  /** The value as it would stand in the file, where there is one for all cases. */
  readonly literal: string;
  /** The rest of the sentence, or all of it. */
  readonly words: string;
}

type Schema = z.core.JSONSchema.BaseSchema;

const WHOLE: Schema = z.toJSONSchema(deploymentSchema, {
  io: "input",
  target: "draft-7",
  override: ({ zodSchema, jsonSchema }) => {
    const isNullable = jsonSchema.anyOf?.some((one) => isSchema(one) && one.type === "null"); // has no words of its own
    const wrong = z.safeParse(zodSchema, Symbol("what no key takes"));
    if (!isNullable) jsonSchema.wanted = wrong.error?.issues[0]?.message;
  },
});

/** Every map in the order of the schema; one that stands in several places comes with the first of them. */
export function deploymentSections(): readonly Section[] {
  const sections: Section[] = [];
  collect(WHOLE, "", sections);
  return sections;
}

/** The section that describes a value's maps: its own, or the one that was first to have the same keys. */
export function sectionBelow(
  { path }: Section,
  { name, schema }: Key,
  sections: readonly Section[],
): Section | undefined {
  const below = joined(path, name);
  const own = sections.find((section) => section.path === below);
  const [keys] = mapsOf(schema, below).map(({ maps }) => keysOf(maps));
  return own ?? (keys && sections.find((section) => hasAll(section, keys)));
}

/** Whether every one of the keys is described by the section, word for word. */
export function hasAll(section: Section, keys: readonly Key[]): boolean {
  return keys.every((key) =>
    section.keys.some(({ name, meaning }) => name === key.name && meaning === key.meaning),
  );
}

function collect(schema: Schema, path: string, sections: Section[]): void {
  for (const place of mapsOf(schema, path)) {
    const keys = keysOf(place.maps);
    const isTopLevel = !/\W/.test(place.path) && sections.every(({ path: other }) => other !== `${path}[]`);
    const isKnown = sections.some((section) => hasAll(section, keys));
    if (isKnown && !isTopLevel) continue;
    const { shortForms } = place;
    sections.push({ path: place.path, meaning: partsOf(schema.description ?? "").meaning, shortForms, keys });
    if (isKnown) continue;
    for (const key of keys) collect(key.schema, joined(place.path, key.name), sections);
  }
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The maps that may stand at one place, as alternatives. */
interface Place {
  readonly path: string;
  readonly maps: readonly Schema[];
  readonly shortForms: readonly string[];
}

function mapsOf(schema: Schema, path: string): Place[] {
  const byPath = Map.groupBy(formsOf(schema, path), (form) => form.path);
  return [...byPath]
    .map(([at, forms]) => ({
      path: at,
      maps: forms.flatMap((form) => (form.schema.properties === undefined ? [] : [form.schema])),
      shortForms: forms.flatMap((form) =>
        form.schema.properties === undefined ? (form.schema.description ?? []) : [],
      ),
    }))
    .filter(({ maps }) => maps.length > 0);
}

/** What a value may be: alternatives, items of lists and values under any name, each with its path. */
function* formsOf(
  schema: Schema,
  path: string,
): Generator<{ readonly path: string; readonly schema: Schema }> {
  const form = resolved(schema);
  if (isSchema(form.items)) yield* formsOf(form.items, `${path}[]`);
  else if (form.anyOf !== undefined) for (const one of form.anyOf.filter(isSchema)) yield* formsOf(one, path);
  else if (isSchema(form.additionalProperties)) yield* formsOf(form.additionalProperties, `${path}.<name>`);
  else yield { path, schema: form };
}

/** The keys of alternative maps as one list. */
function keysOf(maps: readonly Schema[]): Key[] {
  const keys = new Map<string, Key>();
  for (const map of maps) {
    for (const [name, schema] of Object.entries(map.properties ?? {})) {
      if (isSchema(schema) && !keys.has(name)) keys.set(name, keyOf(name, schema, maps));
    }
  }
  return [...keys.values()];
}

function keyOf(name: string, schema: Schema, maps: readonly Schema[]): Key {
  const { meaning, fallback } = partsOf(schema.description ?? "");
  const holders = maps.filter((map) => map.properties?.[name] !== undefined);
  const isRequired = holders.every((map) => map.required?.includes(name));
  const others = maps.filter((map) => !holders.includes(map)).flatMap((map) => map.required ?? []);
  const required = isRequired && others.length > 0 ? others : isRequired;
  return { name, value: wordsFor(schema), default: defaultOf(schema, fallback), required, meaning, schema };
}

/** What a key means, and what the last sentence says of its default. */
function partsOf(description: string): { readonly meaning: string; readonly fallback: string | undefined } {
  const [, meaning = description, fallback] = /^(.*?) ?Default: (.+)\.$/s.exec(description) ?? [];
  return { meaning, fallback };
}

function defaultOf(schema: Schema, text: string | undefined): Default | undefined {
  if (text === undefined) return undefined;
  const { type, enum: choices } = resolved(schema);
  const good =
    choices?.join("|") ?? (type === "boolean" ? "true|false" : type === "integer" ? "\\d+" : "(?!)");
  const [literal = ""] = new RegExp(`^(?:${good})(?=,|$)`).exec(text) ?? [];
  return { literal, words: text.slice(literal.length) };
}

/** A good value in words, from the sentence that a wrong one is met with. */
function wordsFor(schema: Schema): string {
  const form = resolved(schema);
  if (isSchema(form.items)) return listOf(wordsFor(form.items));
  if (typeof form.wanted === "string") return form.properties === undefined ? form.wanted : "a map";
  if (form.type === "null") return "null";
  return (form.anyOf ?? []).filter(isSchema).map(wordsFor).join(", or ");
}

function listOf(words: string): string {
  return words === "a map" ? "a list of maps" : `a list of: ${words}`;
}

/** The schema behind a reference. */
function resolved(schema: Schema): Schema {
  const [inner] = schema.allOf ?? [];
  if (isSchema(inner)) return resolved(inner);
  const name = schema.$ref?.replace("#/definitions/", "");
  const defined = isSchema(WHOLE.definitions) && name !== undefined ? WHOLE.definitions[name] : undefined;
  return isSchema(defined) ? resolved(defined) : schema;
}

function isSchema(schema: unknown): schema is Schema {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema);
}
