/** Figures out of samples: the middle, the ends, and shares in between. */

/** The middle of some numbers; NaN where there are none. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** The number that so many percent of the samples do not exceed, between neighbours by proportion. */
export function percentile(samples: readonly number[] | Float64Array, percent: number): number {
  const sorted = Float64Array.from(samples).sort();
  const at = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** A number with so many decimals, "–" where there is none. */
export function shown(number: number, decimals = 2): string {
  return Number.isFinite(number) ? number.toFixed(decimals) : "–";
}

/** "4.81 (4.70–5.02)": the median with the least and the most. */
export function spread(samples: readonly number[], decimals = 2): string {
  if (samples.length === 0) return "–";
  if (samples.length === 1) return shown(median(samples), decimals);
  const ends = [Math.min(...samples), Math.max(...samples)].map((end) => shown(end, decimals));
  return `${shown(median(samples), decimals)} (${ends.join("–")})`;
}
