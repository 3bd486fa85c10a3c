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

/** How a figure has changed in percent, from when it had found its size to the end. */
export interface Growth {
  readonly warm: number;
  readonly end: number;
  readonly percent: number;
}

/**
 * Compares the first third with the last, by their medians, for memory comes and goes. The first `warmUp`
 * samples are left out, or half of all where that is less.
 */
export function growthOf(samples: readonly number[], warmUp: number): Growth {
  const settled = samples.slice(Math.min(warmUp, Math.floor(samples.length / 2)));
  const third = Math.ceil(settled.length / 3);
  const warm = median(settled.slice(0, third));
  const end = median(settled.slice(-third));
  return { warm, end, percent: 100 * (end / warm - 1) };
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
