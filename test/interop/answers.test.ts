/**
 * The same zones in NSD and Knot: for every name, type and EDNS variant, over UDP and TCP, the same answer.
 * Deliberate differences stand in docs/differences.md, and their rows here.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Build } from "../../src/reload/build.ts";
import { memberZone } from "../../src/zone/member.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { type Edns, exchange, nameOf, requestOf, TCP, UDP } from "../conformance/harness.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";
import { builds, zoneFilesOf } from "./deployments.ts";
import { essenceOf } from "./essence.ts";
import { openKnot, openNsd, type Peer } from "./peers.ts";

const TYPES = [
  ...[
    "A",
    "AAAA",
    "SRV",
    "NS",
    "SOA",
    "MX",
    "TXT",
    "CNAME",
    "CAA",
    "TLSA",
    "HTTPS",
    "NAPTR",
    "SSHFP",
    "DS",
    "NULL",
    "DNSKEY",
    "PTR",
  ],
  ...["TYPE65280", "OPT", "TSIG", "MAILB"],
];

const EDNS: readonly (readonly [title: string, edns: Edns | undefined])[] = [
  ["no EDNS", undefined],
  ["EDNS 512", { payloadSize: 512 }],
  ["EDNS 1232 with DO", { payloadSize: 1232, flags: 0x8000 }],
  ["EDNS with an unknown option", { options: { 65001: Uint8Array.of(1, 2, 3) } }],
  ["EDNS version 1", { version: 1 }],
];

/** Every owner, the names between it and its apex, some that are not there, and case. */
function questionsOf(built: Build): string[] {
  const names = new Set<string>();
  for (const group of built.derivation.groups) {
    for (const apex of group.apexes) {
      for (const { owner } of memberZone(group, apex, 0).rrsets) {
        for (let name = owner; name.isAtOrBelow(apex); name = name.parent) names.add(name.toString());
      }
      for (const label of ["nothing", "a.b.c", "_xmpps-server._tcp", "x.xmpp", "_tls"])
        names.add(`${label}.${apex}`);
      names.add(apex.toString().toUpperCase());
      names.add(apex.parent.toString());
    }
  }
  return [...names].flatMap((name) => TYPES.map((type) => `${name} ${type}`));
}

/**
 * What they send as additional records, we send. More of ours may go along: NSD leaves them out where it keeps
 * responses minimal, and neither looks into its other zones for the address of a target, as we do.
 */
function expectAlike(built: Build, ours: Message, theirs: Message, { name }: Peer): void {
  const asked = { peer: name, question: ours.question };
  const [{ additional: have, ...a }, { additional: wanted, ...b }] = [essenceOf(ours), essenceOf(theirs)];
  expect({ ...asked, ...a }).toEqual({ ...asked, ...b });
  expect({ ...asked, additional: have }).toEqual({
    ...asked,
    additional: expect.arrayContaining([...wanted]),
  });
  if (name === "NSD") return;
  const zone = zoneHolding(built, ours.question ?? "");
  const more = have.filter((record) => !wanted.includes(record) && zoneHolding(built, record) === zone);
  expect({ ...asked, more }).toEqual({ ...asked, more: [] });
}

/** The apex of the zone that holds the first name of a text; the longest wins. */
function zoneHolding({ derivation }: Build, text: string): string | undefined {
  const name = nameOf(text.split(" ")[0] ?? ".");
  const apexes = derivation.groups.flatMap((group) => group.apexes).filter((apex) => name.isAtOrBelow(apex));
  return apexes.sort((a, b) => b.wire.length - a.wire.length)[0]?.toString();
}

for (const [title, built] of builds()) {
  describe(title, () => {
    let peers: readonly Peer[] = [];
    beforeAll(async () => {
      const files = zoneFilesOf(built);
      peers = await Promise.all([openNsd(files), openKnot(files)]);
    });
    afterAll(() => Promise.all(peers.map((peer) => peer.close())));

    for (const [variant, edns] of EDNS) {
      test(`${variant}: the answers of NSD and Knot over UDP`, async () => {
        for (const ask of questionsOf(built)) {
          const request = requestOf({ ask, ...(edns && { edns }) });
          const ours = decodeMessage(exchange(built.snapshot, request, UDP));
          for (const peer of peers) {
            const theirs = decodeMessage(await askUdp("127.0.0.1", peer.port, request));
            expectAlike(built, ours, theirs, peer);
          }
        }
      });
    }

    test("class ANY: records in class IN, and not authoritative, as NSD does", async () => {
      for (const ask of questionsOf(built)) {
        const request = requestOf({ ask, class: 255 });
        const ours = essenceOf(decodeMessage(exchange(built.snapshot, request, UDP)));
        expect(ours.flags).not.toContain("AA");
        for (const { name, port } of peers) {
          const theirs = essenceOf(decodeMessage(await askUdp("127.0.0.1", port, request)));
          expect({ ask, name, rcode: ours.rcode }).toEqual({ ask, name, rcode: theirs.rcode });
          expect({ ask, name, answer: ours.answer }).toEqual({ ask, name, answer: theirs.answer });
          if (name === "NSD") expect({ ask, flags: ours.flags }).toEqual({ ask, flags: theirs.flags });
        }
      }
    });

    test("the answers of NSD and Knot over TCP", async () => {
      for (const peer of peers) {
        const client = await TcpClient.open("127.0.0.1", peer.port);
        for (const ask of questionsOf(built)) {
          const request = requestOf({ ask });
          client.send(request);
          const ours = decodeMessage(exchange(built.snapshot, request, TCP));
          expectAlike(built, ours, decodeMessage(await client.next()), peer);
        }
        client.close();
      }
    });
  });
}
