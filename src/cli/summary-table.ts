/** The "DNS summary" as text. */

import type { SummaryRow } from "../records/summary.ts";
import { columns } from "./columns.ts";

const HEADINGS = ["Location/Type/Port", "FQDN", "Maps to", "Comments"] as const;

/** The rows below the headings of Microsoft's page, aligned. */
export function summaryTable(rows: readonly SummaryRow[], indent = ""): string {
  const texts = rows.map(({ locationTypePort, fqdn, mapsTo, comment }) => [
    locationTypePort,
    fqdn,
    mapsTo,
    comment,
  ]);
  return columns([HEADINGS, ...texts], indent);
}
