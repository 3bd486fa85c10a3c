/** The formats that records can be handed over in, to those who keep their DNS elsewhere. */

import type { Zone } from "../dns/rrset.ts";
import { formatZoneFile } from "../dns/zone-file.ts";
import type { FormatName } from "./format-names.ts";
import { type Exported, fileNameOf, type HostedZone } from "./hosted-zone.ts";
import { exportForHosts } from "./hosts.ts";
import { exportAsJson } from "./json.ts";
import { BIND, exportForServer, KNOT, NSD } from "./name-server.ts";
import { exportForOctoDns } from "./octodns.ts";
import { exportForRoute53 } from "./route53.ts";
import { exportForTerraform } from "./terraform.ts";
import { exportForWindows } from "./windows.ts";

/** Zones in both forms: whole, for a server of their own, and as data in zones that another serves. */
export interface Source {
  readonly zones: () => Iterable<Zone>;
  readonly hosted: () => readonly HostedZone[];
  /** One line that says where this comes from. */
  readonly origin: string;
}

type Format = (source: Source) => Exported;

/** By name. */
export const FORMATS = {
  zone: ({ zones, origin }) => ({
    files: Array.from(zones(), (zone) => ({
      name: `${fileNameOf(zone.apex)}.zone`,
      text: formatZoneFile(zone, { comment: origin }),
    })),
    remarks: [],
  }),
  bind: ({ zones, origin }) => exportForServer(BIND, zones(), origin),
  nsd: ({ zones, origin }) => exportForServer(NSD, zones(), origin),
  knot: ({ zones, origin }) => exportForServer(KNOT, zones(), origin),
  windows: ({ hosted, origin }) => exportForWindows(hosted(), origin),
  route53: ({ hosted, origin }) => exportForRoute53(hosted(), origin),
  octodns: ({ hosted, origin }) => exportForOctoDns(hosted(), origin),
  terraform: ({ hosted, origin }) => exportForTerraform(hosted(), origin),
  hosts: ({ hosted, origin }) => exportForHosts(hosted(), origin),
  json: ({ zones, origin }) => exportAsJson(zones(), origin),
} as const satisfies Readonly<Record<FormatName, Format>>;
