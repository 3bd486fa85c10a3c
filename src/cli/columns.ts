/** Tables of text. */

import { visible } from "./problems.ts";

/** Wider columns would push everything behind them out of sight. */
const WIDEST_COLUMN = 50;

/** Rows as lines with aligned columns; the last column may be as long as it likes. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string {
  const shown = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of shown) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(text.length, WIDEST_COLUMN));
    }
  }
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => (column === row.length - 1 ? text : text.padEnd(widths[column] ?? 0)))
      .join("  ");
  return shown.map((row) => `${indent}${line(row).trimEnd()}\n`).join("");
}
