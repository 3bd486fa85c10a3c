/** The version in force, described for people and programs: what is asked, and what is said. All of it can be sent from thread to thread. */

import type { SummaryRow } from "../records/summary.ts";

/** A part of a list, for lists may have a million items. */
export interface PageQuery {
  /** Items that come before. */
  readonly offset: number;
  /** Items wanted at most. */
  readonly limit: number;
  /** What names must contain, in lower case; empty for all. */
  readonly search: string;
}

/** What is asked of the version in force. */
export type DescriptionQuery =
  | { readonly kind: "deployment" }
  | ({ readonly kind: "sip-domains" } & PageQuery)
  | ({ readonly kind: "zones" } & PageQuery)
  | { readonly kind: "zone"; readonly apex: string }
  | { readonly kind: "explanation"; readonly sipDomain: string };

/** A part of a list. */
export interface Page<T> {
  /** Items of the whole list. */
  readonly total: number;
  /** Items that the search leaves. */
  readonly found: number;
  readonly offset: number;
  readonly items: readonly T[];
}

export interface EdgeServerDescription {
  readonly fqdn: string | undefined;
  /** The name that its addresses were looked up by; undefined where they are written. */
  readonly host: string | undefined;
  readonly addresses: readonly string[];
  /** The public side of addresses behind NAT. */
  readonly publicAddresses: readonly string[];
  readonly drained: boolean;
}

export interface EdgePoolDescription {
  readonly fqdn: string;
  readonly site: string | undefined;
  readonly accessEdgeFqdn: string | undefined;
  /** Undefined where XMPP federation is not enabled on the pool. */
  readonly xmppPort: number | undefined;
  readonly loadBalancing: "dns" | "hardware";
  readonly vips: readonly string[];
  /** Where partners reach it. */
  readonly publishedAddresses: readonly string[];
  readonly servers: readonly EdgeServerDescription[];
}

/** The deployment in short. */
export interface DeploymentDescription {
  readonly sipDomains: number;
  readonly published: number;
  /** Why every listed SIP domain is published, where none of Lync's gates is given. */
  readonly everyListed: string | undefined;
  readonly zones: number;
  readonly rrsets: number;
  readonly defaultSipDomain: string | undefined;
  /** XMPP allowed partners; undefined where the deployment does not speak of them. */
  readonly partners: number | undefined;
  /** Edge pools, and those that are described here. */
  readonly edgePoolCount: number;
  readonly edgePools: readonly EdgePoolDescription[];
}

/** A SIP domain, what is published for it, and why. */
export interface SipDomainDescription {
  readonly sipDomain: string;
  readonly published: boolean;
  readonly reason: string;
  readonly edgePool: string | undefined;
  readonly zones: readonly string[];
  /** Its rows of the "DNS summary" table. */
  readonly rows: readonly SummaryRow[];
}

export interface ZoneDescription {
  readonly zone: string;
  readonly serial: number;
  readonly rrsets: number;
}

/** A record in presentation form. */
export interface RecordDescription {
  readonly owner: string;
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

/** What is said. */
export type Description =
  | { readonly kind: "deployment"; readonly deployment: DeploymentDescription }
  | { readonly kind: "sip-domains"; readonly page: Page<SipDomainDescription> }
  | { readonly kind: "zones"; readonly page: Page<ZoneDescription> }
  | {
      readonly kind: "zone";
      readonly zone: ZoneDescription;
      /** The first of them. */
      readonly records: readonly RecordDescription[];
    }
  | { readonly kind: "no-such-zone" }
  /** What the command `explain` prints as JSON. */
  | { readonly kind: "explanation"; readonly explanation: object }
  | { readonly kind: "no-such-sip-domain" }
  /** The end of a sentence. */
  | { readonly kind: "unavailable"; readonly reason: string };
