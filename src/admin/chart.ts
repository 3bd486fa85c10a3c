/** Charts as inline SVG: stacked areas of what each second brought. No styles of their own, for the page's policy forbids them. */

import { type Html, html } from "./html.ts";
import { type Series, WINDOW } from "./rates.ts";

const WIDTH = 600;
const HEIGHT = 140;

/** A chart with its legend: each line's name and what it is at now, so that no colour need be told apart. */
export function stackedChart(title: string, series: readonly Series[]): Html {
  const seconds = series[0]?.values.length ?? 0;
  const stacked = stack(series, seconds);
  const highest = stacked.at(-1)?.reduce((most, value) => Math.max(most, value), 0) ?? 0;
  const top = roundUp(highest);
  const areas = stacked.map((line, at) => areaOf(stacked[at - 1], line, top));
  return html`<figure class="chart">
<figcaption>${title}</figcaption>
<div class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${description(title, series, highest)}">
<path class="grid" d="M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}"/>
${areas.map((path, at) => html`<path class="area area-${at + 1}" d="${path}"/>`)}
</svg>
<span class="tick tick-top" aria-hidden="true">${rateText(top)}/s</span>
<span class="tick tick-middle" aria-hidden="true">${rateText(top / 2)}</span>
<span class="axis" aria-hidden="true"><span>${WINDOW / 60} minutes ago</span><span>now</span></span>
</div>
${legend(title, series)}
</figure>`;
}

/** A rate for people: three digits are enough. */
export function rateText(rate: number): string {
  if (rate >= 100) return Math.round(rate).toLocaleString("en");
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1).replace(/\.0$/, "");
}

function legend(title: string, series: readonly Series[]): Html {
  return html`<ul class="legend" aria-label="${title}, now">${series.map(
    ({ name, values }, at) =>
      html`<li><span class="swatch area-${at + 1}" aria-hidden="true"></span><span>${name}</span> <b>${rateText(values.at(-1) ?? 0)}</b></li>`,
  )}</ul>`;
}

function description(title: string, series: readonly Series[], highest: number): string {
  const now = series.map(({ name, values }) => `${name} ${rateText(values.at(-1) ?? 0)}`).join(", ");
  return `${title}: now ${now}; at most ${rateText(highest)} together within ${WINDOW / 60} minutes`;
}

/** Each line with all lines before it below it. */
function stack(series: readonly Series[], seconds: number): number[][] {
  let below = new Array<number>(seconds).fill(0);
  return series.map(({ values }) => {
    below = below.map((value, at) => value + (values[at] ?? 0));
    return below;
  });
}

/** Between two lines, the latest second at the right edge. */
function areaOf(below: readonly number[] | undefined, line: readonly number[], top: number): string {
  if (line.length === 0) return "";
  const x = (at: number) => rounded(WIDTH - ((line.length - 1 - at) * WIDTH) / (WINDOW - 1));
  const y = (value: number) => rounded(HEIGHT - (value / top) * HEIGHT);
  const upper = line.map((value, at) => `${x(at)} ${y(value)}`);
  const lower = line.map((_, at) => `${x(at)} ${y(below?.[at] ?? 0)}`).reverse();
  return `M${upper.join("L")}L${lower.join("L")}Z`;
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}

/** An axis in round figures, 1 at the least, that does not jump about. */
function roundUp(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 3, 4, 6, 8, 10].find((candidate) => candidate * power >= highest) ?? 10;
  return step * power;
}
