/** What the values of settings look like: read from text, checked, written back as an operator would. */

import { isIP } from "node:net";

/** One kind of value. Settings hold it typed; files, the environment and flags may give it as text. */
export interface Format {
  /** What a good value is, in words: the end of "it wants …" and a cell of the reference. */
  readonly wanted: string;
  /** The value that a text stands for; the text itself where it stands for none. */
  readonly read: (text: string) => unknown;
  /** What is wrong with a value, as the end of a message; undefined where it is fine. */
  readonly complaint: (value: unknown) => string | undefined;
  /** The value as it stands in a settings file. */
  readonly write: (value: unknown) => string;
}

/** A path, relative to the working directory. */
export const PATH: Format = {
  wanted: "a path",
  read: (text) => text,
  complaint: (value) =>
    typeof value === "string" && value !== "" && !value.includes("\0") ? undefined : "it wants a path",
  write: (value) => String(value),
};

/** A path, or nothing. */
export const OPTIONAL_PATH: Format = {
  ...PATH,
  wanted: "a path, or nothing",
  complaint: (value) => (value === undefined ? undefined : PATH.complaint(value)),
  write: (value) => (value === undefined ? "" : String(value)),
};

/** IP addresses to listen on, at least one, no two alike. */
export const ADDRESSES: Format = {
  wanted: "IP addresses",
  read: (text) => text.split(",").map((address) => address.trim()),
  complaint: (value) => {
    if (!Array.isArray(value) || value.length === 0) return "it wants at least one IP address";
    // Array.isArray gives any[]; every element is looked at as unknown
    const addresses: readonly unknown[] = value;
    const bad = addresses.find((address) => typeof address !== "string" || isIP(address) === 0);
    if (bad !== undefined) return noAddress(bad);
    const twice = addresses.find((address, at) => addresses.indexOf(address) !== at);
    return twice === undefined ? undefined : `"${String(twice)}" stands there twice`;
  },
  write: (value) => JSON.stringify(value).replaceAll(",", ", "),
};

function noAddress(value: unknown): string {
  const text = String(value);
  const inBrackets = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1];
  if (inBrackets !== undefined && isIP(inBrackets) === 6) {
    return `"${text}" is no IP address; write it as "${inBrackets}" and give the port as "port"`;
  }
  const beforePort = /^(.*):\d+$/.exec(text)?.[1];
  if (beforePort !== undefined && isIP(beforePort) === 4) {
    return `"${text}" is no IP address; write it as "${beforePort}" and give the port as "port"`;
  }
  return `"${text}" is no IP address; it wants addresses such as 127.0.0.1 or ::1, not names`;
}

/** A whole number within bounds, both included. */
export function wholeNumber(lowest: number, highest: number): Format {
  const wanted = `a whole number from ${lowest} to ${highest}`;
  return {
    wanted,
    read: (text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : text),
    complaint: (value) => (isWithin(value, lowest, highest) ? undefined : `it wants ${wanted}`),
    write: (value) => String(value),
  };
}

/** One word of several. */
export function oneOf(words: readonly string[]): Format {
  const wanted = `one of ${words.join(", ")}`;
  return {
    wanted,
    read: (text) => text.trim(),
    complaint: (value) => (words.some((word) => word === value) ? undefined : `it wants ${wanted}`),
    write: (value) => String(value),
  };
}

/** Yes or no. */
export const FLAG: Format = {
  wanted: "true or false",
  read: (text) => (/^(true|false)$/.test(text.trim()) ? text.trim() === "true" : text),
  complaint: (value) => (typeof value === "boolean" ? undefined : "it wants true or false"),
  write: (value) => String(value),
};

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const OCTETS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** A span of time in milliseconds, written with its unit: 10s. */
export const DURATION: Format = quantity(MILLISECONDS, {
  lowest: 10,
  highest: 86_400_000,
  wanted: "a time from 10ms to 24h, such as 500ms, 10s or 1m",
});

/** A number of octets within bounds, both included, written with its unit: 64MiB. */
export function size(lowest: number, highest: number, example: number): Format {
  const [from, to, such] = [lowest, highest, example].map((octets) => inUnits(octets, OCTETS));
  return quantity(OCTETS, { lowest, highest, wanted: `a size from ${from} to ${to}, such as ${such}` });
}

interface Bounds {
  readonly lowest: number;
  readonly highest: number;
  readonly wanted: string;
}

/** A whole number counted in units; a bare number counts the smallest thing (milliseconds, octets). */
function quantity(units: Readonly<Record<string, number>>, { lowest, highest, wanted }: Bounds): Format {
  return {
    wanted,
    read: (text) => {
      const found = /^\s*(\d{1,15})\s*([A-Za-z]*)\s*$/.exec(text);
      const unit = found?.[2] === "" ? 1 : units[found?.[2] ?? ""];
      return found === null || unit === undefined ? text : Number(found[1]) * unit;
    },
    complaint: (value) => (isWithin(value, lowest, highest) ? undefined : `it wants ${wanted}`),
    write: (value) => inUnits(Number(value), units),
  };
}

/** In the largest unit that leaves no rest. */
function inUnits(number: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).findLast(([, unit]) => number % unit === 0);
  return fitting === undefined ? String(number) : `${number / fitting[1]}${fitting[0]}`;
}

function isWithin(value: unknown, lowest: number, highest: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= highest;
}
