/** A value that cannot be undefined, where the types cannot tell. On a hot path a cast with its proof stands instead. */

/** The value itself; `proof` is the sentence why there is one. An error is a bug: the sentence is not true. */
export function proven<T>(value: T | undefined, proof: string): T {
  if (value === undefined)
    throw new Error(`Cannot go on without a value that was proven to be there: ${proof}`);
  return value;
}
