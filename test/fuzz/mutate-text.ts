/** Changes to master files by who knows what they are made of: lines and words. */

import { changeOctets } from "./mutate.ts";
import type { Random } from "./random.ts";

const BLANKS = [" ", "\t", "\n", "\n ", "\r\n", "  ", "", "( ", " )", " ; ", '"'];

type Change = (text: string, random: Random, word: () => string) => string;

const CHANGES: readonly Change[] = [
  (text, random) => withRun(text, random, /\d+/y, () => String(number(random))),
  (text, random) => withRun(text, random, /[A-Za-z]/y, (letter) => otherLetter(letter, random)),
  (text, random, word) => withRun(text, random, /[A-Za-z0-9-]+/y, word),
  (text, random, word) =>
    betweenWords(text, random, (before, after) => `${before}${word()}${random.of(BLANKS)}${after}`),
  (text, random) => betweenWords(text, random, (before, after) => `${before}${random.of(BLANKS)}${after}`),
  (text, random, word) =>
    betweenWords(text, random, (before, after) => before + after.replace(/^\S+/, () => word())),
  (text, random) => betweenWords(text, random, (before, after) => before + after.replace(/^\S+\s*/, "")),
  (text, random) => withLines(text, (lines) => lines.toSpliced(random.below(lines.length), 1)),
  (text, random) =>
    withLines(text, (lines) => lines.toSpliced(random.below(lines.length + 1), 0, random.of(lines))),
  (text, random, word) =>
    withLines(text, (lines) =>
      lines.toSpliced(random.below(lines.length + 1), 0, `${word()} ${word()} ${word()}`),
    ),
];

/** One change by chance; one character stands for an octet, whatever the encoding. */
export function changeText(input: Uint8Array, random: Random, words: readonly Uint8Array[]): Uint8Array {
  if (random.oneIn(3)) return changeOctets(input, random, words);
  const text = Buffer.from(input).toString("latin1");
  const word = () => Buffer.from(random.of(words)).toString("latin1");
  return Uint8Array.from(Buffer.from(random.of(CHANGES)(text, random, word), "latin1"));
}

/** Puts something else in place of what the expression, a sticky one, finds at some place. */
function withRun(text: string, random: Random, run: RegExp, change: (found: string) => string): string {
  for (let left = 20; left > 0; left--) {
    run.lastIndex = random.below(text.length + 1);
    const start = run.lastIndex;
    const [found] = run.exec(text) ?? [];
    if (found !== undefined) return text.slice(0, start) + change(found) + text.slice(start + found.length);
  }
  return text;
}

/** Small ones, and those at which something turns over. */
function number(random: Random): number {
  if (random.oneIn(3))
    return random.of([255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32]);
  return random.below(random.oneIn(2) ? 10 : 300);
}

function otherLetter(letter: string, random: Random): string {
  const upper = letter.toUpperCase();
  return random.oneIn(2) ? (letter === upper ? letter.toLowerCase() : upper) : random.of([..."dnoxXNAaSsTt"]);
}

/** Cuts at the start of a word. */
function betweenWords(text: string, random: Random, join: (before: string, after: string) => string): string {
  const rest = text.slice(random.below(text.length + 1));
  const next = rest.search(/(?<=\s)\S/);
  const at = next < 0 ? 0 : text.length - rest.length + next;
  return join(text.slice(0, at), text.slice(at));
}

function withLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split("\n")).join("\n");
}
