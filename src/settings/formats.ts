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
  /** No message shows the value. */
  readonly isSecret?: true;
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

/** Yes or no. */
export const FLAG: Format = {
  wanted: "true or false",
  read: (text) => ({ true: true, false: false })[text.trim().toLowerCase()] ?? text,
  complaint: (value) => (typeof value === "boolean" ? undefined : "it wants true or false"),
  write: (value) => String(value),
};

/** A short text that fits into a DNS message, or nothing. */
export const OPTIONAL_TEXT: Format = {
  wanted: "up to 64 printable ASCII characters, or nothing",
  read: (text) => text,
  complaint: (value) =>
    value === undefined || (typeof value === "string" && /^[\x20-\x7e]{1,64}$/.test(value))
      ? undefined
      : "it wants 1 to 64 printable ASCII characters",
  write: (value) => (value === undefined ? "" : String(value)),
};

/** Secrets of 16 octets, or nothing. */
export const OPTIONAL_SECRETS: Format = {
  wanted: "32 hexadecimal digits, or several such with commas between, or nothing",
  read: (text) => text.trim(),
  complaint: (value) =>
    value === undefined || (typeof value === "string" && areSecrets(value))
      ? undefined
      : 'it wants 32 hexadecimal digits, as "openssl rand -hex 16" makes them; to change one without a gap, the new one, a comma, the old one',
  write: (value) => (value === undefined ? "" : String(value)),
  isSecret: true,
};

/** Whether a text is one secret or several, with commas or white space between. */
export function areSecrets(text: string): boolean {
  return /^[0-9a-f]{32}(?:[\s,]+[0-9a-f]{32}){0,3}$/i.test(text);
}

/** Address prefixes, any number of them. */
export const PREFIXES: Format = {
  wanted: "addresses and prefixes",
  read: (text) => (text.trim() === "" ? [] : text.split(",").map((prefix) => prefix.trim())),
  complaint: (value) => {
    if (!Array.isArray(value)) return "it wants a list of addresses and prefixes";
    // Array.isArray gives any[]; every element is looked at as unknown
    const prefixes: readonly unknown[] = value;
    const bad = prefixes.find((prefix) => typeof prefix !== "string" || !isPrefix(prefix));
    if (bad === undefined) return undefined;
    return `"${String(bad)}" is no address or prefix; it wants such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32`;
  },
  write: (value) => JSON.stringify(value).replaceAll(",", ", "),
};

function isPrefix(text: string): boolean {
  const [address = "", bits = "0", ...more] = text.split("/");
  const family = isIP(address.includes("%") ? "" : address);
  return (
    family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}

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

/** IP addresses to send from: one of a family, perhaps none. */
export const SOURCE_ADDRESSES: Format = {
  wanted: "one IP address of a family at the most",
  read: (text) => (text.trim() === "" ? [] : ADDRESSES.read(text)),
  complaint: (value) => {
    if (Array.isArray(value) && value.length === 0) return undefined;
    const complaint = ADDRESSES.complaint(value);
    if (complaint !== undefined || !Array.isArray(value)) return complaint;
    const families = value.map((address) => isIP(String(address)));
    return new Set(families).size < families.length ? "it wants one IP address of a family" : undefined;
  },
  write: ADDRESSES.write,
};

/** One IP address. */
export const ADDRESS: Format = {
  wanted: "an IP address",
  read: (text) => text.trim(),
  complaint: (value) => (typeof value === "string" && isIP(value) !== 0 ? undefined : noAddress(value)),
  write: (value) => String(value),
};

/** Host names, perhaps none. */
export const HOST_NAMES: Format = {
  wanted: "host names",
  read: (text) =>
    text
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ""),
  complaint: (value) => {
    // Array.isArray gives any[]; every element is looked at as unknown
    const names: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
    const bad = names?.find((name) => typeof name !== "string" || !/^[a-z0-9.-]+$/.test(name));
    if (names !== undefined && bad === undefined) return undefined;
    return bad === undefined
      ? "it wants a list of host names"
      : `"${String(bad)}" is no host name; it wants names such as dns.example.net, in lower case, without a port`;
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
