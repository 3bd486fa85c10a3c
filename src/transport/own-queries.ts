/**
 * The queries that a process asks of itself, to see whether it answers: each ends in a mark, octets that nobody
 * else knows. Looked for only where a query is struck by a fault or written down.
 */

/** Whether a request is one of our own; an empty mark marks nothing. */
export function isOwnQuery(octets: Uint8Array, offset: number, length: number, mark: Uint8Array): boolean {
  if (mark.length === 0 || length < mark.length) return false;
  const start = offset + length - mark.length;
  for (let at = 0; at < mark.length; at++) if (octets[start + at] !== mark[at]) return false;
  return true;
}

/** The mark of those who ask themselves nothing. */
export const NO_MARK: Uint8Array = new Uint8Array(0);
