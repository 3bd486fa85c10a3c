/** Is this the certificate of a SIP domain? Names (RFC 6125, RFC 9525, RFC 6120 §13.7), dates, chain. */

import type { X509Certificate } from "node:crypto";
import { domainToASCII } from "node:url";
import { type Complaint, type Finding, findingsFor, type Said } from "./finding.ts";
import type { Security } from "./stream.ts";

/** The names that a certificate presents, lower case, IDNs as A-labels. */
export interface PresentedNames {
  /** DNS-IDs, which may begin with "*.". */
  readonly dns: readonly string[];
  /** id-on-xmppAddr (RFC 6120 §13.7.1.4). */
  readonly xmppAddr: readonly string[];
  /** id-on-dnsSRV (RFC 4985), such as "_xmpp-server.contoso.com". */
  readonly srvName: readonly string[];
}

/** How a certificate covers a domain. */
export type Coverage = "DNS name" | "wildcard" | "XmppAddr" | "SRVName";

/**
 * Names as Node writes them: entries between ", ", those with characters that could mislead in JSON's quotes.
 * It knows the two forms of otherName that XMPP uses; all others are unsupported, and no names to us.
 */
export function namesIn(subjectAltName: string | undefined): PresentedNames {
  const entries = (subjectAltName ?? "").match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  const named = (prefix: string): string[] =>
    entries
      .map((entry) => entry.trim())
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => comparable(entry.slice(prefix.length)));
  return {
    dns: named("DNS:"),
    xmppAddr: named("othername:XmppAddr:"),
    srvName: named("othername:SRVName:"),
  };
}

/** A quoted name holds what no name holds; it stays quoted and equals none. */
function comparable(text: string): string {
  if (text.startsWith('"')) return text;
  const isAscii = /^[\0-\x7f]*$/.test(text);
  const name = isAscii ? text : domainToASCII(Buffer.from(text, "latin1").toString("utf8")); // UTF-8, octet by octet
  return name.toLowerCase().replace(/\.$/, "");
}

/** How the names cover a domain; undefined where they do not. */
export function coverageOf({ dns, xmppAddr, srvName }: PresentedNames, domain: string): Coverage | undefined {
  if (dns.includes(domain)) return "DNS name";
  if (xmppAddr.includes(domain)) return "XmppAddr";
  if (srvName.includes(`_xmpp-server.${domain}`)) return "SRVName";
  // RFC 9525 §6.3: the star is the whole leftmost label and stands for exactly one
  const above = domain.slice(domain.indexOf(".") + 1);
  return domain.includes(".") && dns.includes(`*.${above}`) ? "wildcard" : undefined;
}

const { fine, warning, broken } = findingsFor("service");

/** Days before its end from which on a certificate is worth a warning. */
const SOON = 30;
const DAY = 86_400_000;

export interface Presented {
  readonly subject: string;
  readonly domain: string;
  readonly security: Security;
  readonly milliseconds: number | undefined;
  /** Milliseconds of the epoch. */
  readonly now: number;
}

/** Judges what a handshake showed. */
export function certificateFindings(presented: Presented): Finding[] {
  const { security, subject, milliseconds } = presented;
  const { certificate } = security;
  if (certificate === undefined) {
    const sentence = "shows no certificate";
    const cure = "Assign a certificate to the Access Edge service (Set-CsCertificate)";
    return [broken({ code: "certificate-name", subject, sentence, cure, milliseconds })];
  }
  return [
    nameFinding(presented, certificate),
    dateFinding(presented, certificate),
    ...chainFinding(presented, certificate),
    ...protocolFinding(presented),
  ];
}

function nameFinding({ subject, domain, milliseconds }: Presented, certificate: X509Certificate): Finding {
  const names = namesIn(certificate.subjectAltName);
  const coverage = coverageOf(names, domain);
  const said: Said = { subject, milliseconds, sentence: `the certificate covers ${domain} (${coverage})` };
  if (coverage !== undefined) return fine(said);
  const all = [...names.dns, ...names.xmppAddr, ...names.srvName];
  const cure = `Request a certificate with ${domain} among its subject alternative names: \`explain --certificate\` lists all it needs`;
  if (all.length === 0 && commonName(certificate) === domain) {
    const sentence = `the certificate has ${domain} as common name alone, which newer partners ignore (RFC 9525)`;
    return warning({ ...said, code: "certificate-common-name", sentence, cure });
  }
  const shown = all.slice(0, MOST_SHOWN).join(", ") + (all.length > MOST_SHOWN ? ", …" : "");
  const sentence = `the certificate does not cover ${domain}: it names ${shown || "nobody"}`;
  return broken({ ...said, code: "certificate-name", sentence, cure });
}

const MOST_SHOWN = 8;

function commonName({ subject }: X509Certificate): string | undefined {
  return /^CN=(.*)$/m.exec(subject ?? "")?.[1]?.toLowerCase();
}

function dateFinding({ subject, now }: Presented, certificate: X509Certificate): Finding {
  const { validFromDate, validToDate } = certificate;
  const days = Math.floor((validToDate.getTime() - now) / DAY);
  const cure = "Renew it, assign it on every server of the Edge pool and restart their services";
  const end = validToDate.toISOString().slice(0, 10);
  if (now > validToDate.getTime()) {
    return broken({
      code: "certificate-expired",
      subject,
      sentence: `the certificate ended on ${end}`,
      cure,
    });
  }
  if (now < validFromDate.getTime()) {
    const sentence = `the certificate begins on ${validFromDate.toISOString().slice(0, 10)} only`;
    return broken({ code: "certificate-early", subject, sentence, cure: "Set the clocks, or wait" });
  }
  if (days < SOON) {
    const sentence = `the certificate ends on ${end}, in ${days} ${days === 1 ? "day" : "days"}`;
    return warning({ code: "certificate-expires", subject, sentence, cure });
  }
  return fine({ subject, sentence: `the certificate is valid until ${end}` });
}

/** What dateFinding() has said already. */
const DATES = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

function chainFinding({ subject, security }: Presented, { issuer }: X509Certificate): Finding[] {
  const { chainFault } = security;
  if (chainFault === undefined)
    return [fine({ subject, sentence: "the chain of the certificate is trusted here" })];
  if (DATES.has(chainFault)) return [];
  const { sentence, cure } = CHAIN_FAULTS[chainFault] ?? {
    sentence: "the chain of the certificate does not hold",
    cure: "See the certificate and those of its issuers: openssl s_client -starttls xmpp-server -showcerts",
  };
  const by = (issuer ?? "").replaceAll("\n", ", ");
  const complaint: Complaint = {
    code: "certificate-chain",
    subject,
    sentence: `${sentence} (${chainFault}; issued by ${by})`,
    cure,
  };
  return [broken(complaint)];
}

const UNKNOWN_ISSUER = {
  sentence: "nobody here trusts the issuer of the certificate, or an intermediate certificate is not sent",
  cure: "Install the intermediate certificates on the Edge Servers; of a private authority, give its root with --ca, as partners must trust it too",
};
const SELF_SIGNED = {
  sentence: "the certificate is signed by itself",
  cure: "Get one from an authority that partners trust, or give it with --ca where they have agreed to trust this one",
};
const CHAIN_FAULTS: Readonly<Record<string, { readonly sentence: string; readonly cure: string }>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: {
    sentence: "the chain of the certificate ends at a root that is not trusted here",
    cure: "Of a private authority, give its root with --ca, as partners must trust it too",
  },
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
};

const OLD_PROTOCOLS = new Set(["SSLv3", "TLSv1", "TLSv1.1"]);

function protocolFinding({ subject, security }: Presented): Finding[] {
  const { protocol } = security;
  if (!OLD_PROTOCOLS.has(protocol)) return [];
  return [
    warning({
      code: "tls-old",
      subject,
      sentence: `speaks ${protocol}, which current partners refuse (RFC 8996)`,
      cure: "Enable TLS 1.2 on the Edge Servers (Schannel, and the updates of the product that let it be used)",
    }),
  ];
}
