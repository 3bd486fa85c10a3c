/** Names of the formats, apart from the formats themselves: `--help` must not wait for their libraries. */

export const FORMAT_NAMES = [
  "zone",
  "bind",
  "nsd",
  "knot",
  "windows",
  "route53",
  "octodns",
  "terraform",
  "hosts",
  "json",
] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];
