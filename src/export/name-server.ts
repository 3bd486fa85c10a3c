/** Master files and the lines of configuration that make BIND, NSD or Knot serve them. */

import type { Zone } from "../dns/rrset.ts";
import { formatZoneFile } from "../dns/zone-file.ts";
import { type Exported, type ExportedFile, fileNameOf } from "./hosted-zone.ts";

/** How one server is told of a zone. */
export interface Dialect {
  readonly file: string;
  readonly comment: string;
  /** Where these lines belong. */
  readonly advice: string;
  readonly head: string;
  readonly zone: (name: string, file: string) => string;
}

export const BIND: Dialect = {
  file: "xmpp-edge-dns.conf",
  comment: "//",
  advice: "In named.conf: include this file; the master files belong in its directory",
  head: "",
  zone: (name, file) => `zone "${name}" { type primary; file "${file}"; };\n`,
};

export const NSD: Dialect = {
  file: "xmpp-edge-dns.conf",
  comment: "#",
  advice: "In nsd.conf: include this file; the master files belong in zonesdir",
  head: "",
  zone: (name, file) => `zone:\n  name: "${name}"\n  zonefile: "${file}"\n`,
};

export const KNOT: Dialect = {
  file: "xmpp-edge-dns.conf",
  comment: "#",
  advice: "In knot.conf: include this file; the master files belong in the storage of the default template",
  head: "zone:\n",
  zone: (name, file) => `  - domain: "${name}"\n    file: "${file}"\n`,
};

/** The configuration first, then a master file for each zone. */
export function exportForServer(dialect: Dialect, zones: Iterable<Zone>, origin: string): Exported {
  const files: ExportedFile[] = [];
  let text = `${dialect.comment} ${origin}\n${dialect.comment} ${dialect.advice}\n${dialect.head}`;
  for (const zone of zones) {
    const name = `${fileNameOf(zone.apex)}.zone`;
    text += dialect.zone(zone.apex.isRoot ? "." : zone.apex.toString().slice(0, -1), name);
    files.push({ name, text: formatZoneFile(zone, { comment: origin }) });
  }
  return { files: [{ name: dialect.file, text }, ...files], remarks: [] };
}
