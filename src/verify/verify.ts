/** Verifies a SIP domain as a federation partner would meet it: delegation, records, transports, service. */

import type { SecureContext } from "node:tls";
import { type Asker, placeOf, type Source } from "./asker.ts";
import { examineDelegation } from "./delegation.ts";
import type { Expectation } from "./expectation.ts";
import { type Finding, findingsFor, worstOf } from "./finding.ts";
import type { Slots } from "./limits.ts";
import { type Contact, examineRecords } from "./records.ts";
import { serviceFindings } from "./service.ts";
import { srvOwnerOf } from "./srv.ts";
import type { Converse } from "./stream.ts";
import { examineTransports } from "./transports.ts";

export interface Inquiry {
  /** Lower case, without a final dot. */
  readonly sipDomain: string;
  /** What the deployment wants of it; undefined for somebody else's. */
  readonly expectation?: Expectation | undefined;
}

export interface Means {
  readonly asker: Asker;
  readonly source: Source;
  /** Only what the DNS tells counts, and what only those inside can use is wrong. */
  readonly fromPartner: boolean;
  /** Who we say that we are. */
  readonly from: string | undefined;
  readonly converse: Converse;
  /** Connections at the same time. */
  readonly connections: Slots;
  readonly secureContext: SecureContext;
  /** Milliseconds of each question, connection and stage of a stream. */
  readonly timeout: number;
  /** Milliseconds, from wherever. */
  readonly clock: () => number;
  /** Milliseconds of the epoch. */
  readonly now: () => number;
  /** Port of name servers: 53 everywhere but in tests. */
  readonly nameServerPort: number;
}

export interface Verdict {
  readonly sipDomain: string;
  /** Whether the deployment has it. */
  readonly known: boolean;
  readonly mark: "fine" | "warning" | "broken";
  readonly findings: readonly Finding[];
  readonly milliseconds: number;
}

/** Goes through all steps. Failures are findings; it throws for bugs only. */
export async function verifySipDomain({ sipDomain, expectation }: Inquiry, means: Means): Promise<Verdict> {
  const { clock, source, asker, fromPartner } = means;
  const start = clock();
  const [delegation, records] = await Promise.all([
    delegationOf(sipDomain, means),
    examineRecords(sipDomain, { asker, source, expectation, fromPartner }),
  ]);
  const [transports, services] = await Promise.all([
    Promise.all(delegation.nameServers.map((one) => examineTransports(one, srvOwnerOf(sipDomain), asker))),
    Promise.all(records.contacts.map((contact) => meet(sipDomain, contact, means))),
  ]);
  const findings = [
    ...delegation.findings,
    ...records.findings,
    ...transports.flat(),
    ...services.flat(),
    ...hints(records.contacts, means),
  ];
  const known = expectation !== undefined;
  return { sipDomain, known, mark: worstOf(findings), findings, milliseconds: clock() - start };
}

async function delegationOf(
  sipDomain: string,
  { asker, source, nameServerPort }: Means,
): ReturnType<typeof examineDelegation> {
  if (source.kind === "resolver") {
    return examineDelegation(srvOwnerOf(sipDomain), { asker, resolver: source, nameServerPort });
  }
  const subject = placeOf(source.endpoint);
  const sentence = "is asked directly, so that the delegation is not looked at";
  return {
    findings: [findingsFor("delegation").skipped({ subject, sentence })],
    nameServers: [source.endpoint],
  };
}

async function meet(sipDomain: string, contact: Contact, means: Means): Promise<Finding[]> {
  const { converse, connections, from } = means;
  const conversation = await connections.run(() => converse({ ...contact, to: sipDomain, from }, means));
  return serviceFindings({ sipDomain, contact, conversation, now: means.now() });
}

/** What a look from the inside cannot tell. */
function hints(contacts: readonly Contact[], { fromPartner }: Means): Finding[] {
  if (!fromPartner || contacts.length === 0) return [];
  return [
    findingsFor("service").skipped({
      subject: "this machine",
      sentence:
        "behind the same NAT or firewall as the Edge Servers, connections to their public addresses may fail that partners can make, or succeed that they cannot (hairpin); run it from outside to be sure",
    }),
  ];
}
