/** The settings, written down for people: the settings file with every knob, and the table of the docs. */

import { KNOBS, type NamedKnob } from "./schema.ts";

const HEADER = `# Settings of xmpp-edge-dns: how it runs. What it publishes stands in deployment.yaml.
#
# Every setting there is, with its default. Take away the "#" to change one; a change needs a restart.
# Stronger than this file: XMPP_EDGE_DNS_* environment variables (tcp.idleTimeout is
# XMPP_EDGE_DNS_TCP_IDLE_TIMEOUT), then --set tcp.idleTimeout=10s, then flags such as --port.
`;

/** The text of config/settings.yaml: everything commented out, with its default and the reason to turn it. */
export function settingsFile(): string {
  const groups = Object.entries(Object.groupBy(KNOBS, ({ key }) => key.split(".")[0] ?? key));
  return `${HEADER}${groups.map(([name, knobs = []]) => `\n${group(name, knobs)}`).join("")}`;
}

function group(name: string, knobs: readonly NamedKnob[]): string {
  const [first] = knobs;
  if (first?.key === name) return `# ${first.doc}\n#${line(first)}\n`;
  return `#${name}:\n${knobs.map((knob) => `#  # ${knob.doc}\n#  ${line(knob)}\n`).join("")}`;
}

function line({ key, kind, default: value }: NamedKnob): string {
  return `${key.slice(key.lastIndexOf(".") + 1)}: ${kind.write(value)}`.trimEnd();
}

/** The table of settings in docs/configuration.md. */
export function settingsTable(): string {
  const rows = KNOBS.map(
    ({ key, variable, kind, default: value, doc }) =>
      `| \`${key}\` | ${code(kind.write(value))} | ${kind.wanted} | ${doc} | \`${variable}\` |`,
  );
  return [
    "| setting | default | value | why | environment variable |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}
