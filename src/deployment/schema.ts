/**
 * The shape of a deployment file: which keys there are and what kind of value each takes. What the values
 * mean, and whether they fit together, is looked at in assemble.ts.
 *
 * The texts given as errors say what is wanted ("give …"); shape.ts makes the sentence. A map's text holds
 * its known keys, for "did you mean". The descriptions go into config/deployment.schema.json.
 */

import { z } from "zod";
import { TSIG_ALGORITHMS } from "../dns/transfer-policy.ts";
import { MAXIMUM_TTL } from "../dns/ttl.ts";
import { MISDEEDS } from "../faults/lab-fault.ts";

const text = (wanted: string) => z.string({ error: wanted });
const flag = () => z.boolean({ error: "true or false" });
const host = () => text("a host name such as xmpp.contoso.com");
const address = () => text('an IPv4 or IPv6 address such as 203.0.113.10 or "2001:db8::10"');

function number(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

const prefix = () => text('an address or prefix such as 192.0.2.0/24 or "2001:db8::/32"');

const seconds = () => number(0, MAXIMUM_TTL);
const uint16 = () => number(0, 65_535);

function choice<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: words.map((word) => `"${word}"`).join(" or ") });
}

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: "a list" });
}

/** A map that takes these keys and no others. */
function map<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? Object.keys(shape).join(" ") : "a map of keys and values",
  });
}

/** The short form of a list's item, or the full one. */
function shortOr<Short extends z.ZodType, Full extends z.ZodType>(short: Short, full: Full, wanted: string) {
  return z.union([short, full], { error: wanted });
}

const nameServer = shortOr(
  text("a host name").describe("Host name of a name server whose addresses stand elsewhere."),
  map({
    host: host().describe(
      "Host name of the name server. A single label (ns1) is taken below the SIP domain.",
    ),
    addresses: list(address())
      .optional()
      .describe("Its addresses. Needed where the host lies in one of the zones served here."),
  }),
  "a host name, or a map of host and addresses",
).meta({ id: "nameServer" });

const soa = map({
  primary: host().optional().describe("MNAME: the primary name server. Default: the first of nameServers."),
  mailbox: text("a mail address such as hostmaster@contoso.com")
    .optional()
    .describe("RNAME: mail address of whoever looks after the zone. Default: hostmaster at the zone."),
  refresh: seconds()
    .optional()
    .describe("Seconds after which a secondary looks for a new serial. Default: 3600."),
  retry: seconds().optional().describe("Seconds after which a secondary tries again. Default: 600."),
  expire: seconds()
    .optional()
    .describe("Seconds after which a secondary that reaches nobody stops answering. Default: 1209600."),
  minimum: seconds()
    .optional()
    .describe(
      "Seconds for which resolvers remember that a name or type does not exist (RFC 2308). Default: 300.",
    ),
  serial: number(0, 4_294_967_295)
    .optional()
    .describe(
      "Fixed serial, for replicas that must agree. Default: one that rises when the content changes.",
    ),
}).meta({ id: "soa" });

const keyName = () => text("the name of a key");

const transferRule = map({
  prefix: text('an address or a prefix such as 203.0.113.0/24 or "2001:db8::/48"')
    .optional()
    .describe("Addresses that may transfer: one, or a prefix. Default: all, who sign with the key."),
  key: keyName()
    .optional()
    .describe("Key that the request must be signed with. Default: none is needed from these addresses."),
});

const notifyTarget = map({
  address: address().describe("Address of the secondary."),
  port: number(1, 65_535).optional().describe("Its port. Default: 53."),
  key: keyName().optional().describe("Key to sign with. Default: not signed."),
});

const transferRights = (zones: string, otherwise: string) => ({
  allow: list(transferRule)
    .optional()
    .describe(`Who may transfer ${zones}: whoever fits one of the rules. ${otherwise}`),
  notify: list(notifyTarget)
    .optional()
    .describe(`Secondaries that are told of every change at once (NOTIFY, RFC 1996). ${otherwise}`),
});

const zoneTransfers = map(transferRights("the zone", "Default: nobody.")).meta({ id: "zoneTransfers" });

const zoneKeys = {
  ttl: seconds().optional().describe("TTL of SRV, NS and SOA records in seconds. Default: 3600."),
  nameServers: list(nameServer)
    .optional()
    .describe(
      "Name servers of the zone, as its delegation names them. Default: localhost, which is enough for a lab.",
    ),
  soa: soa.optional().describe("Values of the SOA record."),
  allowQuery: list(prefix())
    .optional()
    .describe(
      "Who may ask: addresses and prefixes. All others are refused. Under defaults it holds for every zone, static ones and the catalog too. Default: everybody.",
    ),
  denyQuery: list(prefix())
    .optional()
    .describe(
      "Who may not ask. Where prefixes of both lists hold an address, the longest one decides. Default: nobody.",
    ),
  transfers: zoneTransfers
    .optional()
    .describe(
      "Who may transfer the zone and who is told of its changes, in place of what transfers says at the top. Under defaults it holds for every zone but the catalog. Default: as for all zones.",
    ),
};

const standbyPool = shortOr(
  text("the FQDN of an Edge pool").describe("FQDN of the Edge pool."),
  map({
    edgePool: text("the FQDN of an Edge pool").describe("FQDN of the Edge pool."),
    xmppHost: host()
      .optional()
      .describe(
        "Host that the standby SRV points to. Default: xmpp-<site> (or xmpp-<pool>) below the SIP domain.",
      ),
    priority: uint16()
      .optional()
      .describe(
        "Larger than that of the pool in service: the lowest number is tried first. Default: 10 more for each standby pool.",
      ),
    weight: uint16().optional().describe("Share among records of one priority. Default: the SIP domain's."),
  }),
  "the FQDN of an Edge pool, or a map with edgePool",
).meta({ id: "standbyPool" });

const servicePort = () => {
  const error = "true for the usual port, false, or a port from 1 to 65535";
  return z.union([z.boolean({ error }), z.int({ error }).min(1, { error }).max(65_535, { error })], {
    error,
  });
};

/** What labs run beside XMPP federation as Lync has it. */
const labKeys = {
  services: map({
    directTls: servicePort()
      .optional()
      .describe(
        "Federation over direct TLS (XEP-0368): SRV records of _xmpps-server._tcp; true is port 5270. Default: not offered.",
      ),
    clients: servicePort()
      .optional()
      .describe("XMPP clients: SRV records of _xmpp-client._tcp; true is port 5222. Default: not offered."),
    clientsDirectTls: servicePort()
      .optional()
      .describe(
        "XMPP clients over direct TLS (XEP-0368): SRV records of _xmpps-client._tcp; true is port 5223. Default: not offered.",
      ),
  })
    .optional()
    .describe(
      "Services that a lab's XMPP server offers and no Edge Server of Lync has. Each is taken from the SIP domain, else from its Edge pool, else from defaults.",
    ),
  components: list(text("a single label such as conference"))
    .optional()
    .describe(
      "Labels of domains below the SIP domain that federate on their own, such as conference or upload: each gets SRV records to the same hosts, and the addresses of the Edge pool at its own name. The list of the SIP domain stands, else that of its Edge pool, else that of defaults.",
    ),
};

const sipDomainKeys = {
  edgePool: text("the FQDN of an Edge pool")
    .optional()
    .describe(
      "FQDN of the Edge pool that carries its XMPP federation. Default: the XMPP federation route of the sites, or the only pool.",
    ),
  xmppHost: host()
    .optional()
    .describe(
      "Host that the SRV record points to. A single label is taken below the SIP domain. Default: xmpp, so xmpp.<sipdomain>.",
    ),
  srvTarget: choice("xmppHost", "accessEdgeFqdn")
    .optional()
    .describe(
      "Which host the SRV record points to: the SIP domain's xmppHost or the accessEdgeFqdn of its Edge pool. Default: xmppHost.",
    ),
  priority: uint16()
    .optional()
    .describe(
      "SRV priority. The LOWEST number is tried first (RFC 2782), which Microsoft's texts call the highest priority. Default: 0.",
    ),
  weight: uint16().optional().describe("SRV weight. Default: 0."),
  hostTtl: seconds()
    .optional()
    .describe(
      "TTL of the XMPP host's addresses in seconds; low, for the day the Edge pool moves. Default: 300.",
    ),
  zoneLayout: choice("apex", "pinpoint")
    .optional()
    .describe(
      "apex: the SIP domain is a zone here. pinpoint: only _xmpp-server._tcp.<sipdomain> and the XMPP host are, delegated from a parent zone that stays where it is. Default: apex.",
    ),
  notEnabled: choice("none", "refuse")
    .optional()
    .describe(
      'While the SIP domain is not enabled for XMPP: no SRV record (none), or "SRV 0 0 0 ." which says that there is no such service (refuse). Default: none.',
    ),
  standbyPools: list(standbyPool)
    .optional()
    .describe(
      "Edge pools that get a further SRV record with a larger priority number. They serve only once the XMPP federation route points to them.",
    ),
  ...labKeys,
  ...zoneKeys,
};

const sipDomain = z.union(
  [
    text("a SIP domain").describe("Name of the SIP domain."),
    map({
      name: text("a SIP domain such as contoso.com").describe(
        "Name of the SIP domain; an IDN may be written in Unicode.",
      ),
      default: flag()
        .optional()
        .describe("Whether it is the default SIP domain (Get-CsSipDomain IsDefault). Default: false."),
      ...sipDomainKeys,
    }),
    map({
      file: text("the path of a file").describe(
        "Path of a text file beside this one: one SIP domain a line, # for comments.",
      ),
      ...sipDomainKeys,
    }),
  ],
  { error: "a SIP domain, or a map with name or file" },
);

const sipDomainFile = map({
  file: text("the path of a file").describe(
    "Path of a text file beside this one: one SIP domain a line, # for comments.",
  ),
  ...sipDomainKeys,
});

const edgeServer = shortOr(
  address().describe("External address of its Access Edge service."),
  map({
    fqdn: host().optional().describe("FQDN of the Edge Server, for messages."),
    addresses: list(address())
      .optional()
      .describe("External addresses of its Access Edge service, IPv4 and IPv6."),
    publicAddresses: list(address())
      .optional()
      .describe(
        "Public side of the addresses, where the Edge Server stands behind NAT; published in their place. Default: the addresses.",
      ),
    host: text("a host name such as prosody-alpha")
      .optional()
      .describe(
        "Name whose addresses are published, as the system's resolver has them, in place of addresses: in Compose the name of a service. Looked up at each reload and every 10 seconds.",
      ),
    drained: flag().optional().describe("true takes the Edge Server out of the answers. Default: false."),
  }),
  "an address, or a map with addresses",
);

const least = (amount: number, most: number, unit: string) => {
  const error = `${unit} from ${amount} to ${most}`;
  return z.number({ error }).min(amount, { error }).max(most, { error });
};

const health = map({
  check: choice("tcp", "xmpp")
    .optional()
    .describe(
      "tcp: a connection is enough. xmpp: the server must answer a stream header with its own, or with a stream error. Default: tcp.",
    ),
  interval: least(1, 3600, "seconds").optional().describe("Seconds between two checks. Default: 5."),
  timeout: least(0.1, 60, "seconds").optional().describe("Seconds that a check may take. Default: 2."),
  down: number(1, 100)
    .optional()
    .describe("Checks in a row that must fail before an address leaves the answers. Default: 3."),
  up: number(1, 100).optional().describe("Checks in a row that must succeed before it is back. Default: 2."),
});

const edgePool = map({
  fqdn: host().describe("FQDN of the Edge pool (Get-CsPool)."),
  site: text("the name of a site").optional().describe("Name of the site it belongs to."),
  accessEdgeFqdn: host()
    .optional()
    .describe("External FQDN of its Access Edge service, such as sip.contoso.com."),
  xmppPort: number(1, 65_535)
    .nullable()
    .optional()
    .describe(
      "XmppListeningPort, 5269 as a rule; null where XMPP federation is not enabled on the pool. Default: 5269 in a lab without policies, user groups and partners; else not enabled, as in Get-CsService.",
    ),
  version: number(1, 99)
    .optional()
    .describe(
      "Version of the Edge (Get-CsService): 6 Lync Server 2013, 7 Skype for Business 2015. From 8 on (2019) there is no XMPP.",
    ),
  loadBalancing: choice("dns", "hardware")
    .optional()
    .describe("dns: every Edge Server's address is published. hardware: the VIPs are. Default: dns."),
  vips: list(address())
    .optional()
    .describe("Public virtual addresses of the hardware load balancer for the Access Edge service."),
  servers: list(edgeServer).optional().describe("The Edge Servers of the pool."),
  ...labKeys,
  health: health
    .optional()
    .describe(
      "Checks of every published address on xmppPort: one that fails leaves the answers, but never the last of its family. Default: no checks.",
    ),
  maximumHostTtl: seconds()
    .optional()
    .describe(
      "Most seconds that the pool's addresses live in caches, whatever hostTtl says. Default: 30 where servers are given by host or checked, else no limit.",
    ),
});

const site = shortOr(
  text("the name of a site").describe("Name of the site."),
  map({
    name: text("the name of a site").describe("Name of the site (Get-CsSite)."),
    xmppFederationRoute: text("the FQDN of an Edge pool")
      .optional()
      .describe("FQDN of the Edge pool that carries XMPP federation (Set-CsSite -XmppFederationRoute)."),
  }),
  "the name of a site, or a map with name",
);

const policy = map({
  identity: text('"Global", "Site:<name>" or "Tag:<name>"').describe(
    "Global, Site:<name> or Tag:<name>; case does not matter.",
  ),
  enableFederationAccess: flag()
    .optional()
    .describe("EnableFederationAccess, needed for XMPP too. Default: false, as in Lync Server 2013."),
  enableXmppAccess: flag().optional().describe("EnableXmppAccess. Default: false."),
  description: text("a text").optional().describe("What the policy is for."),
});

const userGroup = map({
  sipDomain: text("a SIP domain").describe("SIP domain of the users' addresses."),
  site: text("the name of a site").optional().describe("Site whose pool the users are homed on."),
  policy: text('the identity of a per-user policy such as "Tag:XmppUsers"')
    .optional()
    .describe(
      "Per-user policy that was granted to them. Default: the policy of their site, or the global one.",
    ),
  count: number(0, 4_294_967_295)
    .optional()
    .describe("How many users they are; groups of 0 do not count. Default: some."),
  enabled: flag().optional().describe("Whether the users are enabled for Lync. Default: true."),
  survivableBranchAppliance: flag()
    .optional()
    .describe("Whether they are homed on a Survivable Branch Appliance, which has no XMPP. Default: false."),
});

const negotiation = () => choice("Required", "Optional", "NotSupported").optional();

const partner = z.union(
  [
    text("a domain").describe("Domain of the partner."),
    map({
      domain: text("a domain such as jabber.example").describe("Primary domain of the partner."),
      additionalDomains: list(text("a domain")).optional().describe("Other XMPP domains of the partner."),
      partnerType: choice("Federated", "PublicVerified", "PublicUnverified")
        .optional()
        .describe("How far the partner is trusted. Default: PublicUnverified."),
      tlsNegotiation: negotiation().describe(
        "Whether TLS is negotiated with the partner. Default: Required.",
      ),
      saslNegotiation: negotiation().describe("Whether SASL is; it needs TLS. Default: Required."),
      supportDialbackNegotiation: flag()
        .optional()
        .describe("Whether server dialback may be used. Default: true."),
      enableKeepAlive: flag()
        .optional()
        .describe("Whether connections are kept alive while nothing is said. Default: true."),
      connectionLimit: number(0, 4_294_967_295).optional().describe("Most connections to the partner."),
      proxyFqdn: host().optional().describe("FQDN of the partner's proxy, in place of its SRV record."),
      description: text("a text").optional().describe("Who the partner is."),
    }),
    map({
      file: text("the path of a file").describe(
        "Path of a text file beside this one: one partner domain a line.",
      ),
    }),
  ],
  { error: "a domain, or a map with domain or file" },
);

const onConflict = () => choice("error", "derived", "static").optional();

const zone = map({
  zoneFile: text("the path of a file")
    .optional()
    .describe(
      "Path of a master file (RFC 1035 §5) with the zone's records, beside this one unless absolute. $INCLUDE and $GENERATE are known. Its SOA record holds, before soa, but for the serial: that rises with the content, to the file's where that is ahead, and stays where the file's alone was raised.",
    ),
  records: text("the records in a block of text (|)")
    .optional()
    .describe(
      "Records in presentation format (RFC 1035 §5.1), as in a master file. Names without a final dot are below the zone.",
    ),
  onConflict: onConflict().describe(
    "What holds where these records clash with derived ones. Default: what onConflict says at the top.",
  ),
  ...zoneKeys,
});

const lync = map({
  topology: text("the path of a file")
    .optional()
    .describe(
      "Path of the topology beside this file: a .tbxml of Topology Builder, or Get-CsTopology -AsXml.",
    ),
  export: shortOr(
    text("the path of a file").describe("Path of one file."),
    list(text("the path of a file")),
    "the path of a file, or a list of them",
  )
    .optional()
    .describe(
      "Path of what Export-LyncXmppDns.ps1 wrote, or of the output of single cmdlets (ConvertTo-Json, Export-Clixml).",
    ),
});

const transferKey = map({
  name: keyName().describe("Name of the key, the same on both sides."),
  algorithm: choice(...TSIG_ALGORITHMS)
    .optional()
    .describe("Algorithm, the same on both sides. Default: hmac-sha256."),
  secretFile: text("the path of a file")
    .optional()
    .describe(
      "Path of a file that holds the secret in base 64 and nothing else, beside this one. Readable for the server alone, it should be.",
    ),
  secretEnvironment: text("the name of an environment variable")
    .optional()
    .describe("Environment variable that holds the secret in base 64, in place of a file."),
});

const transfers = map({
  keys: list(transferKey).optional().describe("Keys of transaction signatures (TSIG, RFC 8945)."),
  ...transferRights("all zones", "Default: nobody."),
  catalog: map({
    name: text("a zone name such as catalog.example").describe("Name of the catalog zone."),
    ...transferRights("the catalog", "Default: as for all zones, where allow and notify both are left out."),
  })
    .optional()
    .describe(
      "A zone that lists all others (RFC 9432), so that secondaries find new ones and drop old ones by themselves.",
    ),
});

const FAULT_ID = "a name of your own, of 1 to 100 characters on one line";

const labFault = map({
  id: text(FAULT_ID)
    .regex(/^\P{Cc}{1,100}$/u, { error: FAULT_ID })
    .optional()
    .describe("Name to speak of it by. Default: fault-<number in the list>."),
  fault: choice(...MISDEEDS).describe("What is done wrong; docs/lab-faults.md says what each means."),
  owner: text('a name, "*.beta.test" for all below one, or "*"')
    .optional()
    .describe(
      "Name that is asked for; *.beta.test stands for all names below beta.test. Default: every name.",
    ),
  type: text("a type such as SRV").optional().describe("Type that is asked for. Default: every type."),
  client: text("an address, or a prefix such as 172.30.54.0/24")
    .optional()
    .describe("Address or prefix of the asker. Default: everybody."),
  transport: choice("udp", "tcp").optional().describe("Default: both."),
  probability: z
    .number({ error: "a number from 0 to 1" })
    .min(0, { error: "a number from 0 to 1" })
    .max(1, { error: "a number from 0 to 1" })
    .optional()
    .describe("How likely a query is struck. Default: 1."),
  seed: number(0, 4_294_967_295)
    .optional()
    .describe("With the same seed the same queries are struck, counted from the first. Default: 0."),
  count: number(1, 1_000_000_000)
    .optional()
    .describe("How many queries are struck at the most. Default: all."),
  milliseconds: number(1, 600_000).optional().describe("How late an answer is (delay)."),
  rcode: text("an RCODE such as SERVFAIL").optional().describe("RCODE, by name or number up to 15 (rcode)."),
  octets: number(513, 60_000)
    .optional()
    .describe("Octets of an answer (oversized); 4096 unless said otherwise."),
  addresses: list(address())
    .min(1, { error: "a list of one address or more" })
    .optional()
    .describe("What is answered in place of the true addresses (stale, flapping)."),
});

/** A whole deployment. */
export const deploymentSchema = map({
  $schema: text("the address of a JSON Schema").optional().describe("Address of this schema, for editors."),
  accessEdge: map({
    allowFederatedUsers: flag()
      .optional()
      .describe(
        "AllowFederatedUsers of Get-CsAccessEdgeConfiguration; holds for SIP and XMPP federation. Default: true in a lab without policies, user groups and partners; else false, as Lync installs it.",
      ),
  })
    .optional()
    .describe("The Access Edge configuration of the organization."),
  sites: list(site).optional().describe("Sites of the topology."),
  edgePools: list(edgePool).optional().describe("Edge pools with their Edge Servers."),
  sipDomains: z
    .union([list(sipDomain), sipDomainFile], { error: "a list of SIP domains, or a map with file" })
    .optional()
    .describe("SIP domains. Each is published where policies, partners and Edge pool allow."),
  defaults: map(sipDomainKeys)
    .optional()
    .describe(
      "What holds for every SIP domain that does not say otherwise; ttl, nameServers and soa for zones beside them too.",
    ),
  externalAccessPolicies: list(policy)
    .optional()
    .describe(
      "External access policies. Once these, user groups or partners are given, only SIP domains whose users may use XMPP are published.",
    ),
  userGroups: list(userGroup)
    .optional()
    .describe(
      "Who has which policy. Left out while policies are given, one policy that enables XMPP is enough for all SIP domains.",
    ),
  xmppAllowedPartners: list(partner)
    .optional()
    .describe(
      "XMPP allowed partners. Without any, nothing is published once policies or user groups are given.",
    ),
  zones: z
    .record(z.string(), zone, { error: "a map from zone to its records" })
    .optional()
    .describe("Static records by zone: of a SIP domain, or of a zone of its own."),
  onConflict: onConflict().describe(
    "What holds where static records clash with derived ones (same owner and type, or an alias): nothing, and both are named (error); the derived ones, and the static ones are dropped (derived); the static ones, with a warning that says what federation loses (static). Default: error.",
  ),
  transfers: transfers
    .optional()
    .describe("Transfers of the zones to other name servers (AXFR, IXFR). Default: nobody may."),
  allowPrivateAddresses: flag()
    .optional()
    .describe(
      "Whether private, link-local and loopback addresses may be published. Default: private and loopback ones in a lab without policies, user groups and partners; else none.",
    ),
  lab: map({
    faults: list(labFault).optional().describe("What to do wrong on purpose, for tests of those who ask."),
  })
    .optional()
    .describe("For labs and tests alone (docs/lab-faults.md)."),
  lync: lync
    .optional()
    .describe(
      "Lync's own documents, followed like this file. What stands here as well wins over them (docs/lync-import.md).",
    ),
}).meta({ title: "xmpp-edge-dns deployment" });

/** What a deployment may look like, short forms included. */
export type DeploymentInput = z.input<typeof deploymentSchema>;

/** A deployment of the right shape. */
export type DeploymentShape = z.output<typeof deploymentSchema>;
export type OptionsShape = NonNullable<DeploymentShape["defaults"]>;
export type ZoneShape = NonNullable<DeploymentShape["zones"]>[string];
export type TransfersShape = NonNullable<DeploymentShape["transfers"]>;
export type LabFaultShape = NonNullable<NonNullable<DeploymentShape["lab"]>["faults"]>[number];
export type EdgePoolShape = NonNullable<DeploymentShape["edgePools"]>[number];
export type PartnerShape = Exclude<
  NonNullable<DeploymentShape["xmppAllowedPartners"]>[number],
  string | { readonly file: string }
>;
