/** "Did you mean": the known word nearest to one that was mistyped. */

/** The word that needs the fewest changed letters, case aside; undefined where none is near. */
export function nearest(mistyped: string, words: Iterable<string>): string | undefined {
  const wanted = mistyped.slice(0, 100).toLowerCase(); // nothing we know is as long; keeps the work small
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const word of words) {
    const changes = changesBetween(wanted, word.toLowerCase());
    if (changes < fewest) [best, fewest] = [word, changes];
  }
  return best;
}

/** Letters to insert, delete or replace to make one word the other (Levenshtein), row by row. */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, at(row, j) + 1, at(next, j - 1) + 1));
    }
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
