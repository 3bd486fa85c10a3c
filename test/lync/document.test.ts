/** Damaged and strange documents: a problem with its place, never an exception, never a part of the truth. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deploymentFromValue } from "../../src/deployment/load.ts";
import { readDocument } from "../../src/lync/document.ts";
import { filesOf, linesOf, saidOf } from "../deployment/given.ts";

const TOPOLOGY = readFileSync(new URL("cases/single-edge/topology.tbxml", import.meta.url), "utf8").slice(1);
const EXPORT = readFileSync(new URL("cases/two-sites/lync-export.json", import.meta.url), "utf8").slice(1);
const SITE = readFileSync(new URL("cases/single-cmdlets/Get-CsSite.xml", import.meta.url), "utf8");

interface Row {
  readonly why: string;
  readonly text: string | Uint8Array;
  readonly said: readonly string[];
}

function published(inside: string): string {
  return `<Topology><InternalDomains DefaultDomain="a.example"><InternalDomain Name="a.example"/></InternalDomains>${inside}</Topology>`;
}

function objects(inside: string): string {
  return `<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04">\n${inside}\n</Objs>`;
}

const LAUGHS = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<Topology>&lol2;</Topology>`;

const xml: readonly Row[] = [
  {
    why: "truncated between elements",
    text: TOPOLOGY.slice(0, TOPOLOGY.indexOf("<Services>")),
    said: ["f:33:6 error: Cannot read this as XML: unclosed tag: PartialTopology"],
  },
  {
    why: "truncated inside of a value",
    text: '<Topology>\n  <Sites Name="Red',
    said: ["f:2:18 error: Cannot read this as XML: unclosed tag: Topology"],
  },
  {
    why: "UTF-8 that is none",
    text: Uint8Array.from([...Buffer.from("<Topology>\n"), 0xe9, 0x20, 0x3c]),
    said: [
      "f:2:1 error: Cannot read the file as UTF-8: it holds octets that are no characters; save it as UTF-8",
    ],
  },
  {
    why: "UTF-16 without a byte order mark",
    text: Buffer.from("<Topology/>", "utf16le"),
    said: [
      "f:1:2 error: Cannot read the file as text: it holds a NUL character; save it as UTF-8, or as UTF-16 with a byte order mark",
    ],
  },
  {
    why: "an encoding that was declared and is not used",
    text: '<?xml version="1.0" encoding="windows-1252"?>\n<Topology><Name>Zürich</Name></Topology>',
    said: [
      'f:2:18 error: Cannot read "windows-1252": save the document as UTF-8, or as UTF-16 with a byte order mark',
    ],
  },
  {
    why: "billion laughs",
    text: LAUGHS,
    said: [
      "f:2:1 error: Cannot read a document type declaration: Lync writes none, and entities are not expanded; take it out",
    ],
  },
  {
    why: "an entity of nobody",
    text: "<Topology>\n&company;</Topology>",
    said: ["f:2:9 error: Cannot read this as XML: undefined entity"],
  },
  {
    why: "the wrong root",
    text: "<?xml version='1.0'?>\n<Configuration/>",
    said: [
      "f:2:1 error: Cannot recognize XML with the root Configuration: Topology, TopologyBuilder or Objs (Export-Clixml) is wanted",
    ],
  },
  {
    why: "two roots",
    text: "<Topology/>\n<Topology/>",
    said: ["f:2:10 error: Cannot read this as XML: documents may contain only one root"],
  },
  {
    why: "an attribute twice",
    text: '<Topology>\n<Cluster Fqdn="a" Fqdn="b"/></Topology>',
    said: ["f:2:28 error: Cannot read this as XML: duplicate attribute: Fqdn"],
  },
  {
    why: "elements nested without end",
    text: "<Topology>".repeat(100_000),
    said: ["f:1:1001 error: Cannot read elements nested more than 100 deep"],
  },
  {
    why: "a topology with nothing in it",
    text: "<Topology/>",
    said: [
      "f:1:1 error: Cannot find SIP domains, clusters or services in this topology: download it anew from Topology Builder",
    ],
  },
  {
    why: "two clusters with one id (published)",
    text: published(
      '<Cluster Fqdn="a.example"><ClusterId SiteId="1" Number="1"/></Cluster>\n<Cluster Fqdn="b.example"><ClusterId SiteId="1" Number="1"/></Cluster>',
    ),
    said: ['f:2:1 error: Cannot give the cluster id "1:1" to two clusters: download the topology anew'],
  },
  {
    why: "two clusters with one id (Topology Builder)",
    text: published('<Cluster Fqdn="a.example" UniqueId="AB"/>\n<Cluster Fqdn="b.example" UniqueId="ab"/>'),
    said: ['f:2:1 error: Cannot give the cluster id "ab" to two clusters: download the topology anew'],
  },
  {
    why: "two sites with one id",
    text: published('<CentralSite SiteId="1"><Name>A</Name></CentralSite>\n<CentralSite SiteId="1"/>'),
    said: ['f:2:1 error: Cannot give the SiteId "1" to two sites: download the topology anew'],
  },
  {
    why: "an Edge service on no cluster, with a port that is none",
    text: published('\n<Service RoleName="EdgeServer" InstalledOn="gone"/>'),
    said: [
      "f:2:1 error: Cannot find the cluster that this Edge service is installed on: download the topology anew",
    ],
  },
  {
    why: "an XMPP port that is none",
    text: published(
      '<Cluster Fqdn="a.example" UniqueId="1"/><Service RoleName="EdgeServer" InstalledOn="1"><Ports>\n<Port Owner="urn:component:XmppFederationProxy" Usage="XmppServer" InterfaceSide="External" Port="many"/></Ports></Service>',
    ),
    said: ['f:2:99 error: Cannot use "many" as XMPP port: give 1 to 65535'],
  },
];

const json: readonly Row[] = [
  {
    why: "truncated",
    text: EXPORT.slice(0, 300),
    said: ["f:15:7 error: Cannot read this as JSON: a text does not end"],
  },
  {
    why: "truncated between objects",
    text: EXPORT.slice(0, EXPORT.indexOf('"pools"')),
    said: ["f:28:3 error: Cannot read this as JSON: it ends too soon; export it again"],
  },
  {
    why: "a comma too many",
    text: '[\n{"SipAddress": "sip:a@b.example"},]',
    said: ["f:2:35 error: Cannot read this as JSON: a value is wanted here"],
  },
  {
    why: "a comment",
    text: '{ // bundle\n"schema": 1}',
    said: ["f:1:3 error: Cannot read this as JSON: JSON has no comments"],
  },
  {
    why: "more behind the end",
    text: "[]\n[]",
    said: ["f:2:1 error: Cannot read this as JSON: it should end here"],
  },
  {
    why: "lists nested without end",
    text: "[".repeat(200_000),
    said: [" error: Cannot read lists and maps nested so deeply (at lync.topology)"],
  },
  {
    why: "an empty file, as a cmdlet leaves it that found nothing",
    text: "\r\n",
    said: [
      "f:1:1 error: Cannot recognize the document: it is empty; wanted is a topology (XML), or what a cmdlet printed through ConvertTo-Json or Export-Clixml",
    ],
  },
  {
    why: "what Format-List printed",
    text: "\nIdentity : Global\nEnableXmppAccess : True\n",
    said: [
      "f:2:1 error: Cannot recognize the document: it begins like neither; wanted is a topology (XML), or what a cmdlet printed through ConvertTo-Json or Export-Clixml",
    ],
  },
  {
    why: "what another cmdlet printed",
    text: '[{"Name": "svchost", "Id": 4}]',
    said: [
      expect.stringMatching(
        /^f:1:2 error: Cannot tell which cmdlet printed this: its properties are of none of them; known are /,
      ),
    ],
  },
  {
    why: "an export of another version",
    text: '{"schema": "xmpp-edge-dns/lync-export/9"}',
    said: [
      'f:1:12 error: Cannot read an export of schema "xmpp-edge-dns/lync-export/9": "xmpp-edge-dns/lync-export/1" is wanted; run Export-LyncXmppDns.ps1 of this version',
    ],
  },
  {
    why: "a switch that is neither on nor off",
    text: '{"Identity": "Global",\n "EnableXmppAccess": "perhaps"}',
    said: ['f:2:22 error: Cannot use "perhaps" as EnableXmppAccess: true or false is wanted'],
  },
  {
    why: "a port that is none",
    text: '{"PoolFqdn": "edge.example", "XmppListeningPort": "many"}',
    said: ['f:1:51 error: Cannot use "many" as XmppListeningPort: give 1 to 65535'],
  },
  {
    why: "an interface that does not say whose it is",
    text: '{"Interface": 2, "InterfaceNumber": 1, "IPAddress": "203.0.113.1"}',
    said: ['f:1:1 error: Cannot read a network interface without "Identity": export it again with that'],
  },
];

const clixml: readonly Row[] = [
  {
    why: "truncated",
    text: SITE.slice(0, SITE.indexOf("</Props>")),
    said: ["f:12:4 error: Cannot read this as XML: unclosed tag: Props"],
  },
  {
    why: "an object that holds itself",
    text: objects('<Obj RefId="0"><Props><S N="Name">a</S><Ref N="Parent" RefId="0"/></Props></Obj>'),
    said: [
      'f:2:40 error: Cannot follow the reference to object "0": it stands inside of that object; export it again',
    ],
  },
  {
    why: "a reference to nothing",
    text: objects('<Obj RefId="0"><Props><Ref N="Name" RefId="7"/></Props></Obj>'),
    said: [
      'f:2:23 error: Cannot follow the reference to object "7": there is no such object before; export it again',
    ],
  },
  {
    why: "two objects with one id",
    text: objects('<Obj RefId="0"/>\n<Obj RefId="0"/>'),
    said: ['f:3:1 error: Cannot give the RefId "0" to two objects: export it again'],
  },
  {
    why: "no object",
    text: objects(""),
    said: [
      expect.stringMatching(
        /^f:1:1 error: Cannot tell which cmdlet printed this: it holds no object; known are /,
      ),
    ],
  },
];

describe("readDocument() says where a document is damaged:", () => {
  test.each([...xml, ...json, ...clixml])("$why", ({ text, said }) => {
    const result = deploymentFromValue({ lync: { topology: "f" } }, filesOf({ f: text }));
    expect(result.ok).toBe(false);
    expect(saidOf(result)).toEqual(said);
  });
});

describe("readDocument() never throws", () => {
  const texts = [TOPOLOGY, EXPORT, SITE];

  test.each(texts)("whatever is cut out of a document or put into it", (text) => {
    const change = fc.tuple(fc.nat(text.length), fc.nat(40), fc.string({ unit: "binary", maxLength: 8 }));
    fc.assert(
      fc.property(change, ([at, length, put]) => {
        const { facts } = readDocument("f", text.slice(0, at) + put + text.slice(at + length));
        if (!facts.ok) expect(facts.problems.some(({ place }) => place?.file === "f")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("whatever a document is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { facts } = readDocument("f", text);
        expect(facts.ok).toBe(false);
      }),
    );
  });
});

describe("DialbackPassphrase", () => {
  const SECRET = 'Qz1"<&\\Qz2';
  const forms: readonly (readonly [string, string])[] = [
    ["JSON", JSON.stringify({ Identity: "Global", DialbackPassphrase: SECRET, ConnectionLimit: "bad" })],
    ["damaged JSON", `{"DialbackPassphrase": ${JSON.stringify(SECRET).slice(0, -1)}`],
    [
      "a stranger's JSON",
      `[{"AllowFederatedUsers": "odd", "DialbackPassphrase" : ${JSON.stringify(SECRET)}}]`,
    ],
    [
      "CLIXML",
      objects(
        `<Obj RefId="0"><Props><S N="DialbackPassphrase">${SECRET.replace("&", "&amp;").replace("<", "&lt;")}</S><S N="AllowFederatedUsers">odd</S></Props></Obj>`,
      ),
    ],
    ["Format-List", `DialbackPassphrase : ${SECRET}`],
  ];

  test.each(forms)("in %s is left out and said, and nothing holds it", (_, text) => {
    const { facts, cleared } = readDocument("f", text);
    const problems = facts.ok ? facts.remarks : facts.problems;
    expect(linesOf(problems)).toContainEqual(
      expect.stringMatching(/^f:\d+:\d+ note: Left out DialbackPassphrase: /),
    );
    expect(JSON.stringify([facts, cleared])).not.toContain("Qz");
    expect(cleared).toHaveLength(text.length);
  });

  test("that is not there leaves the file as it is", () => {
    expect(readDocument("f", SITE).cleared).toBeUndefined();
    expect(readDocument("f", '{"Identity": "Global", "DialbackPassphrase": ""}').cleared).toBeUndefined();
    expect(
      readDocument("f", objects('<Obj><Props><Nil N="DialbackPassphrase"/><S N="A">b</S></Props></Obj>'))
        .cleared,
    ).toBeUndefined();
  });
});
