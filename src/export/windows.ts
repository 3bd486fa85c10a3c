/** A PowerShell script for Windows DNS (module DnsServer). It can be run again: only what differs is changed. */

import { TYPE, typeName } from "../dns/codes.ts";
import type { RRset } from "../dns/rrset.ts";
import type { Problem } from "../result.ts";
import { type Exported, type HostedZone, leftOut, ownerBelow, textsOf, wordsOf } from "./hosted-zone.ts";

/** A record: what it says as one text, as Get-RecordText writes it, and the parameters that make it. */
interface WindowsRecord {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

const RECORDS = new Map<number, (rrset: RRset) => WindowsRecord[]>([
  [TYPE.A, (rrset) => simple(rrset, "IPv4Address")],
  [TYPE.AAAA, (rrset) => simple(rrset, "IPv6Address")],
  [TYPE.CNAME, (rrset) => simple(rrset, "HostNameAlias")],
  [TYPE.NS, (rrset) => simple(rrset, "NameServer")],
  [TYPE.PTR, (rrset) => simple(rrset, "PtrDomainName")],
  [TYPE.TXT, (rrset) => textsOf(rrset).map((text) => ({ text, parameters: { DescriptiveText: text } }))],
  [TYPE.MX, (rrset) => named(rrset, ["Preference", "MailExchange"])],
  [TYPE.SRV, (rrset) => named(rrset, ["Priority", "Weight", "Port", "DomainName"])],
]);

/** All zones in one script. */
export function exportForWindows(zones: readonly HostedZone[], origin: string): Exported {
  const remarks: Problem[] = [];
  const sections = zones.map((zone) => section(zone, remarks));
  return {
    files: [{ name: "xmpp-edge-dns.ps1", text: [prologue(origin), ...sections].join("\n") }],
    remarks,
  };
}

function section({ apex, rrsets }: HostedZone, remarks: Problem[]): string {
  const zone = literal(apex.toString().slice(0, -1));
  const calls = rrsets.flatMap((rrset) => {
    const records = RECORDS.get(rrset.type)?.(rrset);
    if (records !== undefined) return [callOf(rrset, zone, ownerBelow(rrset.owner, apex) || "@", records)];
    remarks.push(leftOut(rrset.owner, typeName(rrset.type), "this export for Windows DNS"));
    return [];
  });
  return [`Assert-Zone ${zone}\n`, ...calls].join("");
}

function callOf({ type, ttl }: RRset, zone: string, name: string, records: readonly WindowsRecord[]): string {
  const lines = records.map(({ text, parameters }) => {
    const given = Object.entries({ [SWITCHES.get(type) ?? typeName(type)]: "", ...parameters });
    const table = given.map(([key, value]) => `${key} = ${value === "" ? "$true" : literal(value)}`);
    return `  @{ Text = ${literal(text)}; Parameters = @{ ${table.join("; ")} } }`;
  });
  const head = `Set-RecordSet -Zone ${zone} -Name ${literal(name)} -Type ${typeName(type)} -Ttl ${ttl}`;
  return `${head} -Records @(\n${lines.join(",\n")}\n)\n`;
}

/** The switch of Add-DnsServerResourceRecord, where it is not the type's mnemonic. */
const SWITCHES = new Map<number, string>([
  [TYPE.CNAME, "CName"],
  [TYPE.SRV, "Srv"],
  [TYPE.TXT, "Txt"],
  [TYPE.PTR, "Ptr"],
]);

function simple(rrset: RRset, parameter: string): WindowsRecord[] {
  return wordsOf(rrset).map(([word = ""]) => ({
    text: word.replace(/\.$/, "").toLowerCase(),
    parameters: { [parameter]: word },
  }));
}

/** Numbers, then a name. */
function named(rrset: RRset, parameters: readonly string[]): WindowsRecord[] {
  return wordsOf(rrset).map((words) => ({
    text: words.join(" ").replace(/\.$/, "").toLowerCase(),
    parameters: Object.fromEntries(
      parameters.map((parameter, at) => [
        parameter,
        at === parameters.length - 1 ? (words[at] ?? "") : Number(words[at]),
      ]),
    ),
  }));
}

/** A text in single quotes stands for itself, but for the quotes; Windows takes typographic ones for quotes too. */
function literal(value: string | number): string {
  if (typeof value === "number") return String(value);
  return `'${value.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}

function prologue(origin: string): string {
  return `#Requires -Modules DnsServer
<#
${origin.replaceAll("#>", "# >")}
Run it on the DNS server, or with -ComputerName; -WhatIf shows what it would change. It can be run again:
records that are right stay, others of the same name and type are replaced.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $ComputerName = 'localhost')
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Assert-Zone([string] $Zone) {
  if (-not (Get-DnsServerZone -ComputerName $ComputerName -Name $Zone -ErrorAction SilentlyContinue)) {
    throw "Zone $Zone is not on $ComputerName; create it first: Add-DnsServerPrimaryZone -Name $Zone -ZoneFile $Zone.dns"
  }
}

function Get-RecordText($Record) {
  $data = $Record.RecordData
  $text = switch ($Record.RecordType) {
    'A' { $data.IPv4Address.IPAddressToString }
    'AAAA' { $data.IPv6Address.IPAddressToString }
    'CNAME' { $data.HostNameAlias }
    'NS' { $data.NameServer }
    'PTR' { $data.PtrDomainName }
    'TXT' { return $data.DescriptiveText }
    'MX' { '{0} {1}' -f $data.Preference, $data.MailExchange }
    'SRV' { '{0} {1} {2} {3}' -f $data.Priority, $data.Weight, $data.Port, $data.DomainName }
  }
  return $text.TrimEnd('.').ToLowerInvariant()
}

function Set-RecordSet([string] $Zone, [string] $Name, [string] $Type, [int] $Ttl, [hashtable[]] $Records) {
  $there = @{ ComputerName = $ComputerName; ZoneName = $Zone }
  $timeToLive = [TimeSpan]::FromSeconds($Ttl)
  $found = @(Get-DnsServerResourceRecord @there -Name $Name -RRType $Type -Node -ErrorAction SilentlyContinue)
  $right = @()
  foreach ($record in $found) {
    $text = Get-RecordText $record
    if ($record.TimeToLive -eq $timeToLive -and @($Records | Where-Object { $_.Text -ceq $text }).Count -gt 0) {
      $right += $text
    } elseif ($PSCmdlet.ShouldProcess("$Name.$Zone $Type $text", 'Remove')) {
      Remove-DnsServerResourceRecord @there -InputObject $record -Force
    }
  }
  foreach ($record in $Records) {
    if ($right -ccontains $record.Text) { continue }
    if ($PSCmdlet.ShouldProcess("$Name.$Zone $Type $($record.Text)", 'Add')) {
      $parameters = $record.Parameters
      Add-DnsServerResourceRecord @there -Name $Name -TimeToLive $timeToLive @parameters
    }
  }
}
`;
}
