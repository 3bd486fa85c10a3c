/** Tables for people: aligned columns on a terminal, or Markdown for docs/performance.md. */

export interface Table {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table. */
  readonly remarks?: readonly string[];
}

/** The table as text; its first column is left-aligned, the others are numbers. */
export function tableText(table: Table, markdown: boolean): string {
  const { title, headings, rows, remarks = [] } = table;
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const aligned = (row: readonly string[]) =>
    widths.map((width, column) =>
      column === 0 ? (row[column] ?? "").padEnd(width) : (row[column] ?? "").padStart(width),
    );
  const line = (row: readonly string[]) =>
    markdown ? `| ${aligned(row).join(" | ")} |\n` : `${aligned(row).join("  ").trimEnd()}\n`;
  const rule = widths.map((width, column) =>
    column === 0 || !markdown ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const head = markdown ? `### ${title}\n\n` : `${title}\n\n`;
  const foot = remarks.map((remark) => `${markdown ? "* " : "  "}${remark}\n`).join("");
  return `${head}${line(headings)}${line(rule)}${rows.map(line).join("")}${foot === "" ? "" : `\n${foot}`}\n`;
}
