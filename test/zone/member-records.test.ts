import { expect, test } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import { type DomainName, parseDomainName } from "../../src/dns/name.ts";
import { nsRdata, soaRdata, srvRdata } from "../../src/dns/rdata.ts";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { memberZone } from "../../src/zone/member.ts";

function name(text: string): DomainName {
  const result = parseDomainName(text);
  if (!result.ok) throw new Error(`${text} is no name`);
  return result.value;
}

test("memberZone() puts the member's apex in place of the model's, in owners and inside RDATA, and its serial", () => {
  const times = { refresh: 1, retry: 2, expire: 3, minimum: 4 };
  const soa = soaRdata({ mname: name("ns.alpha.test."), rname: name("h.elsewhere."), serial: 0, ...times });
  const srv = (target: string) => srvRdata({ priority: 0, weight: 0, port: 5269, target: name(target) });
  const rrset = (owner: string, type: number, ...rdatas: Uint8Array[]) => ({
    owner: name(owner),
    type,
    ttl: 60,
    rdatas,
  });
  const model = {
    apex: name("alpha.test."),
    rrsets: [
      rrset("alpha.test.", TYPE.SOA, soa),
      rrset("alpha.test.", TYPE.NS, nsRdata(name("ns.alpha.test.")), nsRdata(name("ns.notalpha.test."))),
      rrset("_xmpp-server._tcp.alpha.test.", TYPE.SRV, srv("xmpp.ALPHA.test."), srv(".")),
      rrset("xmpp.alpha.test.", TYPE.A, Uint8Array.of(192, 0, 2, 1)),
    ],
  };
  const apex = name("b.example.");
  const { rrsets } = memberZone({ model, apexes: [model.apex, apex] }, apex, 42);
  const lines = rrsets.flatMap(({ owner, ttl, type, rdatas }) =>
    rdatas.map((rdata) => formatRecord(owner, ttl, type, rdata)),
  );
  expect(lines).toEqual([
    "b.example. 60 IN SOA ns.b.example. h.elsewhere. 42 1 2 3 4",
    "b.example. 60 IN NS ns.b.example.",
    "b.example. 60 IN NS ns.notalpha.test.",
    "_xmpp-server._tcp.b.example. 60 IN SRV 0 0 5269 xmpp.b.example.",
    "_xmpp-server._tcp.b.example. 60 IN SRV 0 0 5269 .",
    "xmpp.b.example. 60 IN A 192.0.2.1",
  ]);
});
