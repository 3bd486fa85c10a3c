/** docs/configuration.md: the settings, and every key of the deployment file. */

import { settingsTable } from "../../src/settings/reference.ts";
import { EXAMPLES } from "./deployment-examples.ts";
import { deploymentSections, hasAll, type Key, type Section, sectionBelow } from "./deployment-reference.ts";

const SECTIONS = deploymentSections();

/** The whole page. */
export function configurationPage(): string {
  return `${[HEAD, settingsTable().trimEnd(), DEPLOYMENT, ...SECTIONS.map(sectionText)].join("\n\n")}\n`;
}

const HEAD = `# Configuration

<!-- Made from the schemas: UPDATE_GENERATED=1 npm test writes it anew. -->

Two files, apart on purpose: *settings* say how the server runs and need a restart; the *deployment* says what is published and is followed while the server runs.

## Settings

Where a setting comes from, the strongest first: flags such as \`--port\`; \`--set tcp.idleTimeout=30s\`; the environment variable; the settings file (\`--settings\`, or \`XMPP_EDGE_DNS_SETTINGS\`; else [config/settings.yaml](../config/settings.yaml), where there is one); the default. Paths are relative to the working directory.`;

const DEPLOYMENT = `## The deployment file

YAML or JSON; [config/deployment.yaml](../config/deployment.yaml) is a whole one, with comments. \`xmpp-edge-dns check\` says what is wrong with a file. Editors that know YAML complete it from [config/deployment.schema.json](../config/deployment.schema.json). A *lab* is a deployment without \`externalAccessPolicies\`, \`userGroups\` and \`xmppAllowedPartners\`. \`[]\` in a heading stands for an item of a list. [zone-content.md](zone-content.md) says how records of your own stand beside derived ones.`;

function sectionText(section: Section): string {
  const { path, meaning, shortForms } = section;
  const paragraphs = [
    ...(path === "" ? [] : [`### \`${path}\``, cell(meaning)]),
    ...shortForms.map((form) => `A text in place of the map: ${lowerFirst(cell(form))}`),
    `\`\`\`yaml\n${EXAMPLES[path] ?? ""}\`\`\``,
    keysText(section),
  ];
  return paragraphs.join("\n\n");
}

/** A table; or a sentence, where an earlier section has the same keys. */
function keysText(section: Section): string {
  const earlier = SECTIONS.slice(0, SECTIONS.indexOf(section)).find(
    ({ keys }) => keys.length > 0 && isSame(section, keys),
  );
  if (earlier === undefined) return table(section.keys, section);
  const without = earlier.keys.filter(({ name }) => section.keys.every((key) => key.name !== name));
  return `Its keys are those of ${linkTo(earlier)} but for ${without.map(({ name }) => `\`${name}\``).join(", ")}.`;
}

function isSame(section: Section, keys: readonly Key[]): boolean {
  return hasAll({ ...section, keys }, section.keys);
}

function table(keys: readonly Key[], section: Section): string {
  const rows = keys.map((key) => {
    const below = sectionBelow(section, key, SECTIONS);
    const more = below === undefined ? "" : ` See ${linkTo(below)}.`;
    return `| \`${key.name}\` | ${cell(key.value)} | ${fallback(key)} | ${cell(key.meaning)}${more} |`;
  });
  return ["| key | value | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function fallback({ default: text, required }: Key): string {
  if (required === true) return "**required**";
  if (required !== false) return `**required**, or \`${required.join("`, `")}\``;
  if (text === undefined) return "–";
  return `${text.literal && `\`${text.literal}\``}${cell(text.words)}`;
}

function linkTo({ path }: Section): string {
  return `[\`${path}\`](#${path.toLowerCase().replaceAll(/[^\w-]/g, "")})`;
}

/** Text that a table takes, with angle brackets that are not taken for HTML. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
