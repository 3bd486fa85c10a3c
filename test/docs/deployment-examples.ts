/** One small example for each section of the deployment file's reference; all of them load. */

/** By the path of the section. What an example leaves out is as in COMMON. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  "": `# yaml-language-server: $schema=./deployment.schema.json
edgePools:
  - { fqdn: edge.contoso.com, servers: [203.0.113.10, 203.0.113.11] }
sipDomains: [contoso.com, fabrikam.com]
`,
  accessEdge: `accessEdge: { allowFederatedUsers: true }
`,
  "sites[]": `sites:
  - Dublin
  - { name: Redmond, xmppFederationRoute: edge.contoso.com }
`,
  "edgePools[]": `edgePools:
  - fqdn: edge.contoso.com
    xmppPort: 5269
    loadBalancing: hardware
    vips: [203.0.113.20, "2001:db8::20"]
  - fqdn: edge.dublin.contoso.com
    xmppPort: null
    servers: [198.51.100.10]
`,
  "edgePools[].servers[]": `edgePools:
  - fqdn: edge.contoso.com
    servers:
      - 203.0.113.10
      - { fqdn: edge2.contoso.com, addresses: [10.45.16.11], publicAddresses: [203.0.113.11] }
      - { fqdn: edge3.contoso.com, addresses: [203.0.113.12], drained: true }
  - fqdn: lab.contoso.com
    xmppPort: null
    servers: [{ host: prosody-alpha }]
`,
  "edgePools[].services": `edgePools:
  - fqdn: edge.contoso.com
    servers: [203.0.113.10]
    services: { directTls: true, clients: 15222 }
    components: [conference, upload]
`,
  "edgePools[].health": `edgePools:
  - fqdn: edge.contoso.com
    servers: [203.0.113.10, 203.0.113.11]
    health: { check: xmpp, interval: 10 }
    maximumHostTtl: 15
`,
  "sipDomains[]": `sipDomains:
  - contoso.com
  - { name: bücher.example, hostTtl: 60 }
  - { file: domains.txt, zoneLayout: pinpoint }
`,
  "sipDomains[].standbyPools[]": `edgePools:
  - { fqdn: edge.contoso.com, servers: [203.0.113.10] }
  - { fqdn: edge.dublin.contoso.com, servers: [198.51.100.10] }
sipDomains:
  - name: contoso.com
    edgePool: edge.contoso.com
    standbyPools:
      - { edgePool: edge.dublin.contoso.com, priority: 20 }
`,
  "sipDomains[].nameServers[]": `sipDomains:
  - name: contoso.com
    nameServers:
      - { host: ns1, addresses: [203.0.113.53] } # ns1.contoso.com
      - ns2.fabrikam.com
`,
  "sipDomains[].soa": `sipDomains:
  - name: contoso.com
    soa: { mailbox: dns@contoso.com, minimum: 60 }
`,
  "sipDomains[].transfers": `sipDomains:
  - name: contoso.com # as transfers says below
  - name: fabrikam.com
    transfers:
      allow: [{ prefix: 198.51.100.53 }]
      notify: [{ address: 198.51.100.53 }]
  - name: lab.fabrikam.com
    transfers: {} # nobody
transfers:
  allow: [{ prefix: 203.0.113.53 }]
  notify: [{ address: 203.0.113.53 }]
`,
  "sipDomains[].transfers.allow[]": `sipDomains:
  - name: contoso.com
    transfers:
      allow:
        - { prefix: 203.0.113.53, key: secondary.key } # from there, and signed
        - { prefix: "2001:db8:53::/48" } # from there
        - { key: secondary.key } # from wherever, signed
transfers:
  keys:
    - { name: secondary.key, secretFile: secondary.secret }
`,
  "sipDomains[].transfers.notify[]": `sipDomains:
  - name: contoso.com
    transfers:
      notify:
        - { address: 203.0.113.53, key: secondary.key }
        - { address: "2001:db8::53", port: 5353 }
transfers:
  keys:
    - { name: secondary.key, secretFile: secondary.secret }
`,
  defaults: `defaults:
  hostTtl: 60
  nameServers: [ns1.fabrikam.com, ns2.fabrikam.com]
`,
  "externalAccessPolicies[]": `externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: false }
  - { identity: "Tag:XmppUsers", enableFederationAccess: true, enableXmppAccess: true }
`,
  "userGroups[]": `userGroups:
  - { sipDomain: contoso.com, policy: "Tag:XmppUsers", count: 120 }
externalAccessPolicies:
  - { identity: "Tag:XmppUsers", enableFederationAccess: true, enableXmppAccess: true }
`,
  "xmppAllowedPartners[]": `xmppAllowedPartners:
  - jabber.example
  - { domain: chat.example, partnerType: Federated, tlsNegotiation: Required }
  - { file: partners.txt }
`,
  "zones.<name>": `zones:
  contoso.com:
    records: |
      @    IN MX 10 mail.fabrikam.com.
      www  IN A  203.0.113.80
  2.0.192.in-addr.arpa: { zoneFile: db.reverse, nameServers: [ns1.fabrikam.com] }
`,
  transfers: `transfers:
  keys:
    - { name: secondary.key, secretFile: secondary.secret }
  allow:
    - { prefix: 203.0.113.53, key: secondary.key }
  notify:
    - { address: 203.0.113.53, key: secondary.key }
`,
  "transfers.keys[]": `transfers:
  keys:
    - { name: secondary.key, secretFile: secondary.secret } # made by "openssl rand -base64 32"
    - { name: other.key, algorithm: hmac-sha512, secretEnvironment: OTHER_KEY }
`,
  "transfers.catalog": `transfers:
  catalog: { name: catalog.example }
`,
  lab: `lab:
  faults: [{ fault: rcode, rcode: SERVFAIL, type: AAAA }]
`,
  "lab.faults[]": `lab:
  faults:
    - { owner: _xmpp-server._tcp.contoso.com, type: SRV, fault: delay, milliseconds: 3000 }
    - { owner: "*.contoso.com", transport: udp, fault: drop, probability: 0.2, seed: 7 }
    - { owner: xmpp.contoso.com, client: 203.0.113.0/24, fault: stale, addresses: [203.0.113.99], count: 3 }
`,
  lync: `lync:
  topology: topology.tbxml
  export: lync-export.json
`,
};

/** What the examples have in common. */
export const COMMON = {
  edgePools: [{ fqdn: "edge.contoso.com", servers: ["203.0.113.10"] }],
  sipDomains: ["contoso.com"],
};

/** The environment variables that examples name. */
export const VARIABLES: Readonly<Record<string, string>> = {
  OTHER_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
};

/** The files that examples name. */
export const FILES: Readonly<Record<string, string>> = {
  "domains.txt": "litware.example\n",
  "partners.txt": "xmpp.example\n",
  "topology.tbxml": `<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
    <InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
  </Topology>`,
  "lync-export.json": `{ "schema": "xmpp-edge-dns/lync-export/1", "accessEdge": { "AllowFederatedUsers": true } }`,
  "db.reverse": "$GENERATE 1-9 $ PTR host-$.contoso.com.\n",
  "secondary.secret": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n",
};
