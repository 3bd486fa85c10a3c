/** Does each address answer as the SIP domain's XMPP server: connection, stream, STARTTLS, certificate? */

import { lacksFamily, placeOf } from "./asker.ts";
import { certificateFindings } from "./certificate.ts";
import { type Finding, findingsFor } from "./finding.ts";
import type { Contact } from "./records.ts";
import type { Conversation, Failure, Features } from "./stream.ts";

const { fine, skipped, warning, broken } = findingsFor("service");

/** No port is the usual one: each is shown. */
const NO_PORT = 0;

export interface Met {
  readonly sipDomain: string;
  readonly contact: Contact;
  readonly conversation: Conversation;
  /** Milliseconds of the epoch. */
  readonly now: number;
}

/** Judges a conversation with one address. */
export function serviceFindings({ sipDomain, contact, conversation, now }: Met): Finding[] {
  const subject = placeOf(contact, NO_PORT);
  const { failure, features, security, securedFeatures, milliseconds } = conversation;
  if (failure?.stage === "connect") return [unconnected(contact, failure, milliseconds.connect)];
  const findings: Finding[] = [
    fine({ subject, sentence: `takes connections for ${contact.host}`, milliseconds: milliseconds.connect }),
  ];
  if (features !== undefined) {
    findings.push(
      fine({ subject, sentence: `opens a stream to ${sipDomain}`, milliseconds: milliseconds.stream }),
    );
    findings.push(starttlsFinding(subject, features, milliseconds.starttls));
  }
  if (security !== undefined) {
    const shown = { subject, domain: sipDomain, security, milliseconds: milliseconds.tls, now };
    findings.push(...certificateFindings(shown));
  }
  if (securedFeatures !== undefined) {
    findings.push(authenticationFinding(subject, securedFeatures, milliseconds.secured));
  }
  if (failure !== undefined) findings.push(failureFinding(subject, sipDomain, failure));
  return findings;
}

function unconnected(contact: Contact, { reason, code }: Failure, milliseconds?: number): Finding {
  const { address, port } = contact;
  const subject = placeOf(contact, NO_PORT);
  if (lacksFamily(address, code)) {
    return skipped({ subject, sentence: "not connected to: this machine has no IPv6" });
  }
  return broken({
    code: "closed",
    subject,
    sentence: `cannot be connected to: ${reason}`,
    cure:
      code === "ECONNREFUSED"
        ? 'Start the XMPP server there (on an Edge Server the service "Lync Server XMPP Translating Gateway Proxy"), or take the address out'
        : `Let TCP port ${port} through to it, in both directions; an Edge Server that is gone leaves the deployment`,
    milliseconds,
  });
}

function starttlsFinding(subject: string, { starttls, dialback }: Features, milliseconds?: number): Finding {
  if (starttls !== undefined) {
    const sentence = starttls === "required" ? "requires STARTTLS" : "offers STARTTLS";
    return fine({ subject, sentence, milliseconds });
  }
  return broken({
    code: "no-starttls",
    subject,
    sentence: `does not offer STARTTLS${dialback ? ", dialback alone" : ""}`,
    cure: "Assign a certificate to the server; for partners set TlsNegotiation to Required or Optional (Set-CsXmppAllowedPartner)",
    milliseconds,
  });
}

function authenticationFinding(subject: string, features: Features, milliseconds?: number): Finding {
  const ways = [
    ...(features.mechanisms.includes("EXTERNAL") ? ["SASL EXTERNAL"] : []),
    ...(features.dialback ? ["dialback"] : []),
  ];
  if (ways.length > 0) {
    const sentence = `after TLS offers ${ways.join(" and ")} to somebody without a certificate`;
    return fine({ subject, sentence, milliseconds });
  }
  return warning({
    code: "no-authentication",
    subject,
    sentence: "after TLS offers neither SASL EXTERNAL nor dialback to somebody without a certificate",
    cure: "See that partners have a certificate and this server asks for it (SASL EXTERNAL), or allow dialback (SupportDialbackNegotiation)",
    milliseconds,
  });
}

function failureFinding(subject: string, sipDomain: string, failure: Failure): Finding {
  const { stage, reason, condition } = failure;
  if (condition !== undefined) return streamErrorFinding(subject, sipDomain, failure);
  switch (stage) {
    case "connect":
    case "stream": {
      const sentence = `takes the connection, but opens no stream: ${reason}`;
      const cure = "See what listens there: it does not speak XMPP between servers, or is out of order";
      return broken({ code: "no-stream", subject, sentence, cure });
    }
    case "starttls":
    case "tls": {
      const sentence = `offers STARTTLS, but no TLS comes of it: ${reason}`;
      const cure =
        "See certificate and private key of the server, and which versions of TLS it is allowed to speak";
      return broken({ code: "tls-fails", subject, sentence, cure });
    }
    case "secured": {
      const sentence = `opens no stream after TLS: ${reason}`;
      const cure =
        "See the server's log; one that takes partners with a certificate alone ends the connection here";
      return warning({ code: "no-authentication", subject, sentence, cure });
    }
    default:
      return stage satisfies never;
  }
}

/** Cures of the stream errors that strangers meet (RFC 6120 §4.9.3). */
const STREAM_CURES: Readonly<Record<string, string>> = {
  "host-unknown":
    "Make the server host the SIP domain; with Lync: enable XMPP on that Edge pool, publish the topology, run Setup again",
  "host-gone": "Send partners where the SIP domain is hosted now",
  "not-authorized":
    "Add the domain given with --from to the XMPP allowed partners, or give one that is allowed",
  "policy-violation":
    "Add the domain given with --from to the XMPP allowed partners, or give one that is allowed",
};

function streamErrorFinding(
  subject: string,
  sipDomain: string,
  { reason, condition = "" }: Failure,
): Finding {
  const sentence = `refuses the stream to ${sipDomain}: ${reason}`;
  const cure = STREAM_CURES[condition] ?? "See the server's log for the reason";
  return broken({ code: "stream-error", subject, sentence, cure });
}
