/** An Edge Server that the topology no longer had was published all the same, as an older export still listed it. */

import { expect, test } from "vitest";
import { formatAddress } from "../../src/dns/address.ts";
import { good, load, saidOf } from "../deployment/given.ts";

const FILES = {
  "topology.xml": `<Topology>
<InternalDomains><InternalDomain Name="contoso.com"/></InternalDomains>
<Cluster Fqdn="edge.contoso.com" UniqueId="1"><Machines><Machine Fqdn="edge1.contoso.com">
  <NetInterface InterfaceSide="External" InterfaceNumber="1" IPAddress="131.107.155.10"/>
</Machine></Machines></Cluster>
<Service RoleName="EdgeServer" InstalledOn="1" ServiceVersion="6"><Ports>
  <Port Owner="urn:component:XmppFederationProxy" Usage="XmppServer" InterfaceSide="External" InterfaceNumber="1" Port="5269"/>
</Ports></Service></Topology>`,
  "export.json": JSON.stringify({
    schema: "xmpp-edge-dns/lync-export/1",
    sipDomains: [{ Name: "contoso.com" }, { Name: "gone.example" }],
    pools: [{ Fqdn: "edge.contoso.com", Computers: ["edge1.contoso.com", "edge2.contoso.com"] }],
    interfaces: [
      {
        ComputerFqdn: "edge2.contoso.com",
        Interface: "External",
        InterfaceNumber: 1,
        IPAddress: "131.107.155.11",
      },
    ],
  }),
};
const YAML = "lync: { topology: topology.xml, export: export.json }";

test("loadDeployment() publishes the Edge Servers of the first document that lists them", () => {
  const addresses = good(YAML, FILES).edgePools.flatMap(({ publishedAddresses }) => publishedAddresses);
  expect(addresses.map(({ octets }) => formatAddress(octets))).toEqual(["131.107.155.10"]);
});

test("loadDeployment() warns of what a later document alone lists", () => {
  expect(saidOf(load(YAML, FILES))).toContainEqual(
    expect.stringMatching(
      /^export\.json:1:\d+ warning: SIP domain "gone\.example" is listed here and not in "topology\.xml"; it is taken$/,
    ),
  );
});
