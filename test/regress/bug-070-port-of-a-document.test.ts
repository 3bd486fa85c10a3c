/** A port above 65535 in a document of Lync's went unchecked into the SRV record, as only the file's own keys were held to the schema. */

import { expect, test } from "vitest";
import { readDocument } from "../../src/lync/document.ts";
import { linesOf } from "../deployment/given.ts";

const TOPOLOGY = `<Topology><Cluster Fqdn="a.example" UniqueId="1"/><Service RoleName="EdgeServer" InstalledOn="1"><Ports>
<Port Owner="urn:component:XmppFederationProxy" Usage="XmppServer" InterfaceSide="External" Port="70805"/></Ports></Service></Topology>`;
const SERVICE = '{ "PoolFqdn": "a.example", "XmppListeningPort": 70805 }';

test.each([TOPOLOGY, SERVICE])("readDocument() refuses a port that is none", (text) => {
  const { facts } = readDocument("f", text);
  expect(facts.ok ? [] : linesOf(facts.problems)).toEqual([
    expect.stringMatching(
      /^f:\d+:\d+ error: Cannot use "70805" as (?:XMPP port|XmppListeningPort): give 1 to 65535$/,
    ),
  ]);
});
