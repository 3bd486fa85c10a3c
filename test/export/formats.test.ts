/**
 * Every format for one deployment, against files that were read by people once, and through the parser of
 * the format's own tool where there is one here (name servers': test/interop/export.test.ts).
 */

import { parse as parseHcl } from "@cdktf/hcl2json";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { type ExportOptions, exportRecords } from "../../src/cli/export.ts";
import { FORMAT_NAMES, type FormatName } from "../../src/export/format-names.ts";
import { builder } from "../cli/engine.ts";
import { Stage } from "../cli/stage.ts";

const DEPLOYMENT = `edgePools: [{ fqdn: edge.contoso.com, servers: [203.0.113.10, "2001:db8::10"] }]
sipDomains:
  - contoso.com
  - { name: adatum.com, zoneLayout: pinpoint }
defaults: { nameServers: [ns1.example.net.], soa: { serial: 7 } }
zones:
  contoso.com:
    records: |
      @        MX    10 mail
      @        TXT   "v=spf1 mx -all; it's $\{not} an \\"expression\\"" "joined"
      mail     A     203.0.113.25
      www      CNAME mail
      sub      NS    ns.example.net.
      _443._tcp TLSA 3 1 1 ${"ab".repeat(32)}
      odd      SPF   "obsolete"
`;

async function exported(format: FormatName, options: Partial<ExportOptions> = {}): Promise<Stage> {
  const stage = new Stage();
  const code = await exportRecords({ deployment: "d.yaml", format, ...options }, stage.surroundings, {
    build: builder(DEPLOYMENT),
  });
  expect(code).toBe(0);
  return stage;
}

describe("export() writes what it always wrote", () => {
  test.each(FORMAT_NAMES)("%s", async (format) => {
    const { stdout, stderr } = await exported(format, { zone: "contoso.com" });
    await expect(`${stdout}\n--- standard error ---\n${stderr}`).toMatchFileSnapshot(`golden/${format}.txt`);
  });
});

test("export() for others puts the records of a pinpoint zone into the SIP domain's zone", async () => {
  const { stdout } = await exported("octodns", { zone: "adatum.com" });
  expect(parseYaml(stdout)).toEqual({
    "_xmpp-server._tcp": {
      type: "SRV",
      ttl: 3600,
      values: [{ priority: 0, weight: 0, port: 5269, target: "xmpp.adatum.com." }],
    },
    xmpp: [
      { type: "A", ttl: 300, values: ["203.0.113.10"] },
      { type: "AAAA", ttl: 300, values: ["2001:db8::10"] },
    ],
  });
});

test("export() for octoDNS is YAML whose texts are what they were", async () => {
  const { stdout } = await exported("octodns", { zone: "contoso.com" });
  expect(parseYaml(stdout)[""]).toEqual([
    { type: "MX", ttl: 3600, values: [{ preference: 10, exchange: "mail.contoso.com." }] },
    { type: "TXT", ttl: 3600, values: [`v=spf1 mx -all\\; it's $\{not} an "expression"joined`] },
  ]);
});

test("export() for Terraform is HCL whose texts are what they were", async () => {
  const { stdout } = await exported("terraform");
  const { resource } = await parseHcl("xmpp.tf", stdout);
  expect(resource.dns_srv_record_set["_xmpp-server_tcp_adatum_com_srv"]).toEqual([
    {
      zone: "adatum.com.",
      name: "_xmpp-server._tcp",
      ttl: 3600,
      srv: [{ priority: 0, weight: 0, port: 5269, target: "xmpp.adatum.com." }],
    },
  ]);
  expect(resource.dns_txt_record_set.contoso_com_txt[0].txt).toEqual([
    `v=spf1 mx -all; it's $$\{not} an "expression"joined`, // hcl2json keeps the doubled dollar of a literal
  ]);
});

test("export() for Route 53 has batches of its documented shape", async () => {
  const { stdout } = await exported("route53", { zone: "adatum.com" });
  expect(JSON.parse(stdout)).toEqual({
    Comment: "Derived by xmpp-edge-dns from d.yaml",
    Changes: [
      change("_xmpp-server._tcp.adatum.com.", "SRV", 3600, "0 0 5269 xmpp.adatum.com."),
      change("xmpp.adatum.com.", "A", 300, "203.0.113.10"),
      change("xmpp.adatum.com.", "AAAA", 300, "2001:db8::10"),
    ],
  });
});

function change(name: string, type: string, ttl: number, value: string): object {
  return {
    Action: "UPSERT",
    ResourceRecordSet: { Name: name, Type: type, TTL: ttl, ResourceRecords: [{ Value: value }] },
  };
}
