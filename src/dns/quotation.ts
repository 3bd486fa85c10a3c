/** How a problem quotes what it found in a file. */

const LONGEST_QUOTATION = 100;

/** A text in quotation marks, cut where it is long, control characters as `\DDD`. */
export function quote(text: string): string {
  const shown = text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}…` : text;
  return `"${shown.replace(/\p{Cc}/gu, escapeControl)}"`;
}

function escapeControl(character: string): string {
  return `\\${character.charCodeAt(0).toString().padStart(3, "0")}`;
}
