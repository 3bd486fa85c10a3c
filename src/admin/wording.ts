/** Times, numbers and sentences as the status page writes them. */

import { type Html, html } from "./html.ts";

/** A moment, for people and programs. */
export function timeOf(milliseconds: number): Html {
  const iso = new Date(milliseconds).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** 1,000,000. */
export function numberText(number: number): string {
  return number.toLocaleString("en");
}

/** A sentence out of the end of one. */
export function capitalized(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
