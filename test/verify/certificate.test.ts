import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { certificateFindings, coverageOf, namesIn } from "../../src/verify/certificate.ts";
import type { Security } from "../../src/verify/stream.ts";
import { complaints, lines } from "./findings.ts";
import { CERTIFICATE } from "./self-signed.ts";

const OURS = new X509Certificate(CERTIFICATE);

describe("namesIn() and coverageOf()", () => {
  const names = namesIn(OURS.subjectAltName);

  test("know DNS names, XmppAddr and SRVName, and are not misled by a name with a comma", () => {
    expect(names).toEqual({
      dns: ["alpha.test", "*.delta.test"],
      xmppAddr: ["beta.test", "xn--mlaut-jva.test"],
      srvName: ["_xmpp-server.gamma.test"],
    });
  });

  test.each([
    { domain: "alpha.test", coverage: "DNS name" },
    { domain: "beta.test", coverage: "XmppAddr" },
    { domain: "xn--mlaut-jva.test", coverage: "XmppAddr" },
    { domain: "gamma.test", coverage: "SRVName" },
    { domain: "a.delta.test", coverage: "wildcard" },
    { domain: "delta.test", coverage: undefined },
    { domain: "b.a.delta.test", coverage: undefined },
    { domain: "sub.alpha.test", coverage: undefined },
    { domain: "evil.test", coverage: undefined },
    { domain: "other.test", coverage: undefined },
    { domain: "test", coverage: undefined },
  ])("$domain: $coverage", ({ domain, coverage }) => expect(coverageOf(names, domain)).toBe(coverage));

  test.each([
    { why: "a star is a label of its own (RFC 9525 §6.3)", names: "DNS:a*.delta.test", covered: false },
    { why: "and the leftmost one", names: "DNS:x.*.test", covered: false },
    { why: "case does not count, nor does a final dot", names: "DNS:X.Delta.TEST.", covered: true },
    {
      why: "SRVNames of other services",
      names: "othername:SRVName:_xmpp-client.x.delta.test",
      covered: false,
    },
    { why: "addresses are no names", names: "IP Address:192.0.2.1, URI:http://x.delta.test", covered: false },
    { why: "no names", names: undefined, covered: false },
    { why: "quotes within quotes", names: 'DNS:"a\\", DNS:x.delta.test"', covered: false },
  ])("$why", ({ names: text, covered }) => {
    expect(coverageOf(namesIn(text), "x.delta.test") !== undefined).toBe(covered);
  });
});

/** A certificate of which just that is looked at. */
function like(changes: Partial<X509Certificate>): X509Certificate {
  // The prototype has the getters of a real one; what is defined here hides them.
  const certificate: X509Certificate = Object.create(OURS);
  for (const [name, value] of Object.entries(changes)) Object.defineProperty(certificate, name, { value });
  return certificate;
}

const DAY = 86_400_000;
const END = Date.UTC(2030, 0, 1);
const GOOD = {
  subjectAltName: "DNS:contoso.com, DNS:sip.contoso.com",
  subject: "CN=sip.contoso.com",
  issuer: "O=Fourth Coffee\nCN=Fourth Coffee CA",
  validFromDate: new Date(0),
  validToDate: new Date(END),
};

interface Given {
  readonly certificate?: Partial<X509Certificate>;
  readonly security?: Partial<Security>;
  readonly now?: number;
}

function judge({ certificate, security, now = END - 100 * DAY }: Given) {
  return certificateFindings({
    subject: "192.0.2.10:5269",
    domain: "contoso.com",
    security: {
      protocol: "TLSv1.2",
      chainFault: undefined,
      certificate: like({ ...GOOD, ...certificate }),
      ...security,
    },
    milliseconds: 3,
    now,
  });
}

describe("certificateFindings()", () => {
  test("a good one", () => {
    expect(lines(judge({}))).toEqual([
      "fine 192.0.2.10:5269: the certificate covers contoso.com (DNS name)",
      "fine 192.0.2.10:5269: the certificate is valid until 2030-01-01",
      "fine 192.0.2.10:5269: the chain of the certificate is trusted here",
    ]);
  });

  const rows: readonly (Given & { readonly why: string; readonly says: readonly string[] })[] = [
    {
      why: "no certificate",
      security: { certificate: undefined },
      says: ["certificate-name 192.0.2.10:5269: shows no certificate"],
    },
    {
      why: "of somebody else",
      certificate: { subjectAltName: "DNS:sip.contoso.com, DNS:*.fabrikam.com" },
      says: [
        "certificate-name 192.0.2.10:5269: the certificate does not cover contoso.com: it names sip.contoso.com, *.fabrikam.com",
      ],
    },
    {
      why: "of many others",
      certificate: { subjectAltName: Array.from({ length: 50 }, (_, at) => `DNS:a${at}.test`).join(", ") },
      says: [
        "certificate-name 192.0.2.10:5269: the certificate does not cover contoso.com: it names a0.test, a1.test, a2.test, a3.test, a4.test, a5.test, a6.test, a7.test, …",
      ],
    },
    {
      why: "the common name alone",
      certificate: { subjectAltName: undefined, subject: "O=Contoso\nCN=contoso.com" },
      says: [
        "certificate-common-name 192.0.2.10:5269: the certificate has contoso.com as common name alone, which newer partners ignore (RFC 9525)",
      ],
    },
    {
      why: "the common name beside other names counts for nothing",
      certificate: { subjectAltName: "DNS:sip.contoso.com", subject: "CN=contoso.com" },
      says: [
        "certificate-name 192.0.2.10:5269: the certificate does not cover contoso.com: it names sip.contoso.com",
      ],
    },
    {
      why: "over",
      now: END + 1,
      security: { chainFault: "CERT_HAS_EXPIRED" },
      says: ["certificate-expired 192.0.2.10:5269: the certificate ended on 2030-01-01"],
    },
    {
      why: "not yet",
      now: -1,
      security: { chainFault: "CERT_NOT_YET_VALID" },
      says: ["certificate-early 192.0.2.10:5269: the certificate begins on 1970-01-01 only"],
    },
    {
      why: "30 days are enough",
      now: END - 30 * DAY,
      says: [],
    },
    {
      why: "29 are not",
      now: END - 30 * DAY + 1,
      says: ["certificate-expires 192.0.2.10:5269: the certificate ends on 2030-01-01, in 29 days"],
    },
    {
      why: "tomorrow",
      now: END - DAY,
      says: ["certificate-expires 192.0.2.10:5269: the certificate ends on 2030-01-01, in 1 day"],
    },
    {
      why: "signed by itself",
      security: { chainFault: "DEPTH_ZERO_SELF_SIGNED_CERT" },
      says: [
        "certificate-chain 192.0.2.10:5269: the certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT; issued by O=Fourth Coffee, CN=Fourth Coffee CA)",
      ],
    },
    {
      why: "a fault that nobody has words for",
      security: { chainFault: "CERT_REVOKED" },
      says: [
        "certificate-chain 192.0.2.10:5269: the chain of the certificate does not hold (CERT_REVOKED; issued by O=Fourth Coffee, CN=Fourth Coffee CA)",
      ],
    },
    {
      why: "an old TLS",
      security: { protocol: "TLSv1" },
      says: ["tls-old 192.0.2.10:5269: speaks TLSv1, which current partners refuse (RFC 8996)"],
    },
  ];
  test.each(rows)("$why", ({ says, ...given }) => {
    const marks = complaints(judge(given)).map((line) => line.replace(/^(?:warning|broken) /, ""));
    expect(marks).toEqual(says);
  });
});
