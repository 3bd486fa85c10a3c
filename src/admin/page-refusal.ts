/** What a browser is shown in place of the status page where its address says what cannot be. */

import { html } from "./html.ts";

/** A page that says so, and leads to the right one. */
export function refusalPage(title: string, detail: string): string {
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/assets/page.css"><link rel="icon" href="/assets/icon.svg"></head>
<body><main><h1>${title}</h1><p>${detail}.</p><p><a href="/">Show the status page</a></p></main></body>
</html>
`;
  return page.toString();
}
