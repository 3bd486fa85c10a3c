/** Resources of Terraform's `dns` provider, which sends dynamic updates (RFC 2136) to a DNS server. */

import { TYPE, typeName } from "../dns/codes.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import { type Exported, type HostedZone, leftOut, ownerBelow, textsOf, wordsOf } from "./hosted-zone.ts";

interface Resource {
  readonly kind: string;
  /** Lines of its body behind zone, name and TTL. */
  readonly body: (rrset: RRset) => string[];
}

const RESOURCES = new Map<number, Resource>([
  [TYPE.A, { kind: "dns_a_record_set", body: (rrset) => [list("addresses", firstWords(rrset))] }],
  [TYPE.AAAA, { kind: "dns_aaaa_record_set", body: (rrset) => [list("addresses", firstWords(rrset))] }],
  [TYPE.NS, { kind: "dns_ns_record_set", body: (rrset) => [list("nameservers", firstWords(rrset))] }],
  [TYPE.TXT, { kind: "dns_txt_record_set", body: (rrset) => [list("txt", textsOf(rrset))] }],
  [TYPE.CNAME, { kind: "dns_cname_record", body: (rrset) => [value("cname", firstWords(rrset)[0] ?? "")] }],
  [TYPE.PTR, { kind: "dns_ptr_record", body: (rrset) => [value("ptr", firstWords(rrset)[0] ?? "")] }],
  [TYPE.MX, { kind: "dns_mx_record_set", body: (rrset) => blocks(rrset, "mx", ["preference", "exchange"]) }],
  [
    TYPE.SRV,
    {
      kind: "dns_srv_record_set",
      body: (rrset) => blocks(rrset, "srv", ["priority", "weight", "port", "target"]),
    },
  ],
]);

/** All zones in one file. */
export function exportForTerraform(zones: readonly HostedZone[], origin: string): Exported {
  const remarks: Problem[] = [];
  const labels = new Set<string>();
  const resources = zones.flatMap((zone) =>
    zone.rrsets.flatMap((rrset) => resourceOf(rrset, zone, labels, remarks)),
  );
  const text = [`# ${origin}\n`, ...resources].join("\n");
  return { files: [{ name: "xmpp-edge-dns.tf", text }], remarks };
}

function resourceOf(rrset: RRset, { apex }: HostedZone, labels: Set<string>, remarks: Problem[]): string[] {
  const { owner, type, ttl } = rrset;
  const resource = RESOURCES.get(type);
  if (resource === undefined || (type === TYPE.PTR && rrset.rdatas.length > 1)) {
    remarks.push(leftOut(owner, typeName(type), "Terraform's dns provider"));
    return [];
  }
  const name = ownerBelow(owner, apex);
  const lines = [
    value("zone", apex.toString()),
    ...(name === "" ? [] : [value("name", name)]),
    `  ttl = ${ttl}`,
    ...resource.body(rrset),
  ];
  const label = uniqueLabel(`${owner.toString().slice(0, -1)} ${typeName(type)}`, labels);
  return [`resource "${resource.kind}" "${label}" {\n${lines.join("\n")}\n}\n`];
}

/** A label that Terraform takes: letters, digits, _ and -, a letter or _ first. */
function uniqueLabel(text: string, labels: Set<string>): string {
  const base = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "_")
    .replace(/^(?![a-z_])/, "_");
  let label = base;
  for (let number = 2; labels.has(label); number++) label = `${base}-${number}`;
  labels.add(label);
  return label;
}

function firstWords(rrset: RRset): string[] {
  return wordsOf(rrset).map(([word = ""]) => word);
}

function blocks(rrset: RRset, name: string, fields: readonly string[]): string[] {
  return wordsOf(rrset).map((words) => {
    const lines = fields.map((field, at) =>
      at === fields.length - 1 ? `    ${field} = ${quoted(words[at] ?? "")}` : `    ${field} = ${words[at]}`,
    );
    return `  ${name} {\n${lines.join("\n")}\n  }`;
  });
}

function value(name: string, text: string): string {
  return `  ${name} = ${quoted(text)}`;
}

function list(name: string, texts: readonly string[]): string {
  return `  ${name} = [${texts.map(quoted).join(", ")}]`;
}

/** A template that stands for the text itself: `${` and `%{` begin an expression unless they are doubled. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(
      /[^ -~]/gu,
      (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
    )
    .replaceAll(/([$%])\{/g, "$1$1{");
  return `"${escaped}"`;
}
