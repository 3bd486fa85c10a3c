import { describe, expect, test } from "vitest";
import { reloadsSection } from "../../src/admin/page-reloads.ts";
import type { EdgeHealth } from "../../src/admin/sources.ts";
import type { HistoryEntry } from "../../src/reload/history.ts";
import { NOW, openFor, STATE, sourcesOf } from "./given.ts";

async function pageFor(sources = sourcesOf(), query = ""): Promise<string> {
  const { url } = await openFor(sources);
  return (await fetch(`${url}/${query}`)).text();
}

const HEALTH = {
  ...{ pool: "edge.alpha.test", server: "s", address: "192.0.2.1", port: 5269 },
  ...{ since: NOW, changes: 1 },
};

/** Cells of the DNS summary, row by row. */
function cells(page: string): string[][] {
  return [...page.matchAll(/<tr><td>.*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = ""]) => cell),
  );
}

describe("the page", () => {
  test("has the DNS summary of every SIP domain", async () => {
    expect(cells(await pageFor()).map(([type, fqdn, mapsTo]) => [type, fqdn, mapsTo])).toEqual([
      ["External DNS/SRV/5269", "_xmpp-server._tcp.alpha.test", "xmpp.alpha.test"],
      ["External DNS/A", "xmpp.alpha.test", "192.0.2.1"],
      ["External DNS/SRV/5269", "_xmpp-server._tcp.beta.test", "xmpp.beta.test"],
      ["External DNS/A", "xmpp.beta.test", "192.0.2.1"],
    ]);
  });

  test("calls an Edge Server without an FQDN by the host that its addresses are looked up by", async () => {
    const deployment = {
      edgePools: [{ fqdn: "edge.alpha.test", servers: [{ host: "localhost" }] }],
      sipDomains: ["alpha.test"],
    };
    expect(await pageFor(sourcesOf({}, deployment))).toContain('<th scope="row" class="dns">localhost</th>');
  });

  test("says why a SIP domain is not published", async () => {
    const deployment = {
      edgePools: [{ fqdn: "edge.alpha.test", servers: ["203.0.113.1"], xmppPort: 5269 }],
      sipDomains: ["alpha.test"],
      accessEdge: { allowFederatedUsers: true },
      xmppAllowedPartners: [],
    };
    const page = await pageFor(sourcesOf({}, deployment));
    expect(page).toMatch(
      /<span class="name">alpha\.test<\/span> <span class="badge off">not published<\/span> <span class="reason">[^<]*partner/i,
    );
  });

  test("says which Edge Servers answer, where somebody looks after that", async () => {
    const pageWhere = (state: EdgeHealth["state"], reason?: string) =>
      pageFor(sourcesOf({ edgeHealth: () => [{ ...HEALTH, state, reason }] }));
    expect(await pageWhere("up")).toContain('<span class="badge good">192.0.2.1 answers</span>');
    expect(await pageWhere("down", "connection refused")).toContain(
      '<span class="badge bad">192.0.2.1 does not answer: connection refused</span>',
    );
    expect(await pageWhere("unknown")).toContain('<span class="badge off">192.0.2.1 not checked yet</span>');
    expect(await pageWhere("unknown", "connection refused")).toContain(
      '<span class="badge warning">192.0.2.1 did not pass its first check: connection refused</span>',
    );
    expect(await pageFor()).not.toContain("answers</span>");
  });

  test("finds by name, and pages", async () => {
    const sipDomains = Array.from({ length: 120 }, (_, number) => `d${number}.test`);
    const sources = sourcesOf(
      {},
      { edgePools: [{ fqdn: "edge.alpha.test", servers: ["192.0.2.1"] }], sipDomains },
    );
    const first = await pageFor(sources);
    expect(first).toContain("1–50 of 120");
    expect(first).toContain('href="/?offset=50#records">Next</a>');
    const last = await pageFor(sources, "?offset=100");
    expect(last).toContain('href="/?offset=50#records">Previous</a>');
    expect(last).not.toContain("Next</a>");
    const found = await pageFor(sources, "?search=d11&limit=5");
    expect(found).toContain('<a href="/?offset=5&amp;search=d11#records">Next</a>');
    expect(await pageFor(sources, "?search=%3Cb%3E")).toContain("“&lt;b&gt;”");
  });

  test("has no script and no style of its own: the policy would forbid them", async () => {
    const page = await pageFor();
    expect(page).not.toMatch(
      /<style|\sstyle=|\son\w+=|javascript:|<script(?! src="\/assets\/page\.js" defer><\/script>)/i,
    );
  });

  test.each([
    ["good", "Serving", {}],
    ["warning", "Serving the last good version", { isCurrent: false }],
    ["bad", "Not ready", { zones: 0 }],
  ])("its verdict is %s: %s", async (kind, word, state) => {
    const page = await pageFor(sourcesOf({ state: () => ({ ...STATE, ...state }) }));
    expect(page).toContain(`<title>${word} · xmpp-edge-dns</title>`);
    expect(page).toMatch(
      new RegExp(`<div class="verdict ${kind}" role="status"><p><span[^>]*></span>${word}</p>`),
    );
  });
});

describe("reloadsSection()", () => {
  const entry = (outcome: HistoryEntry["outcome"]): HistoryEntry => ({
    ...{ number: 7, time: NOW, outcome, count: 1, lastTime: NOW },
  });

  test("shows file, line and the offending text, marked and escaped", () => {
    const problem = {
      message: 'Cannot use "<b>"',
      file: "d.yaml",
      line: 3,
      column: 5,
      before: "  - ",
      after: "<b> # x",
    };
    const text = reloadsSection(
      [entry({ kind: "refused", problems: [problem], problemCount: 60 })],
      true,
    ).toString();
    expect(text).toContain('<span class="place">d.yaml:3:5</span>');
    expect(text).toContain("Cannot use &quot;&lt;b&gt;&quot;");
    expect(text).toContain("<code>  - <mark>&lt;b&gt;</mark> # x</code>");
    expect(text).toContain("<li>and 59 more</li>");
    expect(text).toContain("60 errors; the last good version goes on being served");
  });

  test.each([
    ["[nix, b]", "[nix"],
    ["nix, b]", "nix"],
    ["nix] }", "nix"],
    ['"a b", c', "&quot;a b&quot;"],
    ["'a b' }", "&#39;a b&#39;"],
    ["] }", "]"],
  ])("marks the word that %j begins with", (after, marked) => {
    const problem = { message: "Cannot", file: "d.yaml", line: 3, column: 5, before: "a: ", after };
    const text = reloadsSection(
      [entry({ kind: "refused", problems: [problem], problemCount: 1 })],
      true,
    ).toString();
    expect(text).toContain(`<mark>${marked}</mark>`);
  });

  test("says what a reload changed", () => {
    const none = { added: 0, changed: 0, removed: 0 };
    const changes = [{ zone: "a.test.", change: "changed", oldSerial: 1, newSerial: 2 }] as const;
    const report = { zones: { ...none, changed: 1 }, rrsets: { ...none, changed: 2 }, examples: changes };
    const text = reloadsSection([entry({ kind: "reloaded", milliseconds: 4.4, report })], true).toString();
    expect(text).toContain("1 zone changed, 2 RRsets changed: a.test serial 1 → 2, 4 ms");
    expect(text).toContain('<time datetime="2026-09-21T14:13:20.000Z">2026-09-21 14:13:20 UTC</time>');
    expect(text).not.toContain("problems");
  });

  const NO_CHANGE = { added: 0, changed: 0, removed: 0 };
  const BACK = { zone: "<a>.test.", change: "changed", oldSerial: 9, newSerial: 4 } as const;

  test.each([
    [
      { ...NO_CHANGE, changed: 1 },
      [BACK],
      "1 zone changed, RRsets not compared: &lt;a&gt;.test serial 9 → 4, 3 ms",
    ],
    [NO_CHANGE, [], "Nothing that is served has changed, 3 ms"],
  ])("says that RRsets were not compared, where something changed", (zones, examples, sentence) => {
    const report = { zones, rrsets: undefined, examples };
    const text = reloadsSection([entry({ kind: "reloaded", milliseconds: 3, report })], true).toString();
    expect(text).toContain(`<span class="outcome">${sentence}</span>`);
  });

  test("warns of zones whose serial secondaries do not take for a later one, as the log does", () => {
    const zones = { ...NO_CHANGE, changed: 2 };
    const report = { zones, rrsets: NO_CHANGE, examples: [BACK], stuck: { count: 2, first: BACK } };
    const text = reloadsSection([entry({ kind: "reloaded", milliseconds: 3, report })], true).toString();
    expect(text).toContain('<span class="badge warning">reloaded</span>');
    expect(text).toContain(
      '<ul class="problems warning"><li><span class="message">Zone &lt;a&gt;.test. went back from serial 9 to 4, and 1 more did alike: secondaries keep the old content until &quot;soa.serial&quot; is after 9 (RFC 1982)</span></li></ul>',
    );
  });
});
