/** Lines and columns of a text file as places. */

import type { Place } from "../result.ts";

/** Finds the place of a line and column, both counted from 1, without reading the text again. */
export function textPlaces(file: string, text: string): (line: number, column: number) => Place {
  const starts = lineStarts(text);
  return (line, column) => {
    const start = starts[line - 1] ?? text.length;
    const excerpt = text.slice(start, (starts[line] ?? text.length + 1) - 1).replace(/\r$/, "");
    return { file, line, column, excerpt };
  };
}

/** The offset of each line. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
