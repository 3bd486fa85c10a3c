/**
 * $GENERATE as BIND has it: a range, and texts in which `$` stands for each of its numbers.
 *
 * `$` is the number, `${offset,width,base}` the number with an offset, filled up to a width, in base d, o, x, X,
 * or in nibbles (n, N: hexadecimal digits from the lowest, with dots between); `\$` and `$$` are a dollar sign.
 */

import { quote } from "./quotation.ts";

/** Numbers from `start` to `stop`, `step` apart. */
export interface Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** So many records one directive may make. */
export const MOST_GENERATED = 65_536;

const LARGEST_NUMBER = 2 ** 31 - 1;

/** Reads `start-stop` or `start-stop/step`, or says what is wrong. */
export function readRange(text: string): Range | string {
  const [, first, last, apart = "1"] = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return "a range such as 1-100 or 0-250/10 is wanted";
  const [start, stop, step] = [Number(first), Number(last), Number(apart)];
  if (stop > LARGEST_NUMBER || step > LARGEST_NUMBER) return `${LARGEST_NUMBER} is the largest number`;
  if (start > stop) return "it begins behind its end";
  if (step === 0) return "a step of 0 leads nowhere";
  const count = Math.floor((stop - start) / step) + 1;
  return count > MOST_GENERATED
    ? `it stands for ${count} records, ${MOST_GENERATED} are allowed`
    : { start, stop, step };
}

/** Makes the text for a number of the range. */
export type Template = (number: number) => string;

/** Reads a text with `$` in it, or says what is wrong. */
export function readTemplate(text: string): Template | string {
  const parts: Template[] = [];
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, at);
    if (typeof part === "string") return part;
    parts.push(part.template);
    at += part.length;
  }
  return (number) => parts.map((part) => part(number)).join("");
}

interface Part {
  readonly template: Template;
  /** Characters that it takes in the text. */
  readonly length: number;
}

function partAt(text: string, at: number): Part | string {
  switch (text.charAt(at)) {
    case "\\":
      return constant(text.slice(at, at + 2)); // a backslash and what it escapes, for whoever reads the name
    case "$":
      if (text.charAt(at + 1) === "$") return { template: () => "\\$", length: 2 };
      return text.charAt(at + 1) === "{" ? fieldAt(text, at) : { template: String, length: 1 };
    default:
      return constant(text.slice(at).replace(/[\\$].*/s, ""));
  }
}

function constant(text: string): Part {
  return { template: () => text, length: text.length };
}

/** Wider than any name or text. */
const WIDEST = 255;

function fieldAt(text: string, at: number): Part | string {
  const end = text.indexOf("}", at);
  const field = end < 0 ? text.slice(at) : text.slice(at, end + 1);
  const [, offset, width = "0", base = "d"] =
    /^\$\{([+-]?\d{1,10})(?:,(\d{1,3})(?:,([doxXnN]))?)?\}$/.exec(field) ?? [];
  if (offset === undefined || Number(width) > WIDEST)
    return `${quote(field)} is not of the form \${offset,width,base}, base one of d, o, x, X, n and N`;
  const write = WRITERS[base] ?? decimal;
  return { template: (number) => write(number + Number(offset), Number(width)), length: field.length };
}

type Writer = (number: number, width: number) => string;

/** As printf() does: the sign counts, and is in front of the zeros. */
const decimal: Writer = (number, width) =>
  number < 0 ? `-${String(-number).padStart(width - 1, "0")}` : String(number).padStart(width, "0");

function inBase(base: number): Writer {
  return (number, width) => (number >>> 0).toString(base).padStart(width, "0");
}

/** The width counts dots; where it is even, the last of them stays (BIND 9 nibbles()). */
const nibbles: Writer = (number, width) => {
  let text = "";
  let rest = number >>> 0;
  do {
    text += (rest & 0xf).toString(16);
    rest >>>= 4;
    if (rest !== 0 || text.length < width) text += ".";
  } while (rest !== 0 || text.length < width);
  return text;
};

/** Of all bases but d, which is decimal. */
const WRITERS: Readonly<Record<string, Writer>> = {
  o: inBase(8),
  x: inBase(16),
  X: (number, width) => inBase(16)(number, width).toUpperCase(),
  n: nibbles,
  N: (number, width) => nibbles(number, width).toUpperCase(),
};
