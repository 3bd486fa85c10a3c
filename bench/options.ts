/** Flags of the benchmarks, with what is wrong with them as one sentence and exit code 2. */

import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";

/** One flag: what it says in --help, and its value where it is not given. A flag without a default is a switch. */
export interface Flag {
  readonly help: string;
  readonly default?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The flags of this call. */
export class Options {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  isSet(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string {
    return String(this.#values[name] ?? "");
  }

  /** A whole number of at least 1, or of at least `least`. */
  number(name: string, least = 1): number {
    const number = Number(this.text(name));
    if (Number.isInteger(number) && number >= least) return number;
    return leave(`Cannot use --${name} "${this.text(name)}": give a whole number from ${least} on`);
  }

  /** One of some words. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const given = this.text(name);
    if (given === "") return undefined;
    const word = words.find((candidate) => candidate === given);
    return word ?? leave(`Cannot use --${name} "${given}": give ${words.join(" or ")}`);
  }
}

/** Reads the command line; prints the help and ends the process where that is asked for. */
export function readOptions(purpose: string, flags: Flags): Options {
  const described: Record<string, ParseArgsOptionDescriptor> = { help: { type: "boolean" } };
  for (const [name, { default: usual }] of Object.entries(flags)) {
    described[name] = usual === undefined ? { type: "boolean" } : { type: "string", default: usual };
  }
  try {
    const { values } = parseArgs({ options: described });
    if (values.help !== true) return new Options(values);
  } catch (fault) {
    leave(fault instanceof Error ? fault.message : String(fault));
  }
  process.stdout.write(helpText(purpose, flags));
  process.exit(0);
}

function helpText(purpose: string, flags: Flags): string {
  const lines = Object.entries(flags).map(([name, flag]) => {
    const usual = flag.default ? ` (default: ${flag.default})` : "";
    return `  --${`${name}${flag.default === undefined ? "" : " <value>"}`.padEnd(26)}${flag.help}${usual}\n`;
  });
  return `${purpose}\n\nOptions:\n${lines.join("")}`;
}

/** Ends the process with a sentence: nothing can be measured. */
export function leave(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
