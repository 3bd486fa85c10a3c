/** Who may have whole zones, signed with which keys, and who is told of changes (RFC 5936, 8945, 1996). */

import { type Address, formatAddress, parseAddress } from "./address.ts";
import { formatBase64, parseBase64 } from "./base-encoding.ts";
import { DomainName } from "./name.ts";
import { formatPrefix, type Prefix, parsePrefix } from "./prefix.ts";
import { proven } from "./proven.ts";

/** The algorithms of RFC 8945 §6 that are not advised against. */
export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];

/** Octets that must never be shown: neither JSON nor the console sees into it. */
export class Secret {
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** For those who compute with it. */
  reveal(): Uint8Array {
    return this.#octets;
  }
}

/** A key that both sides of a transfer know (RFC 8945 §2). */
export interface TsigKey {
  readonly name: DomainName;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Secret;
}

/** Allows transfers to who has the address and has signed with the key; what is left out does not matter. */
export interface TransferRule {
  readonly prefix: Prefix | undefined;
  /** Name of a key of the policy. */
  readonly key: DomainName | undefined;
}

/** Who is told that a zone has changed. */
export interface NotifyTarget {
  readonly address: Address;
  readonly port: number;
  readonly key: DomainName | undefined;
}

/** Who may transfer zones, and who is told when they change. */
export interface TransferRights {
  /** Nobody is allowed where no rule allows. */
  readonly allow: readonly TransferRule[];
  readonly notify: readonly NotifyTarget[];
}

/** Keys, and the rights to every zone that has none of its own. */
export interface TransferPolicy extends TransferRights {
  readonly keys: readonly TsigKey[];
  /** Rights of zones of their own. A zone refers to them by number, counted from 1. */
  readonly zones: readonly TransferRights[];
}

/** The key of this name. */
export function keyNamed(keys: readonly TsigKey[], name: DomainName | undefined): TsigKey | undefined {
  return name && keys.find((key) => key.name.equals(name));
}

/** How a policy travels with the zones that it is for. Secrets are in it in clear: it is for memory alone. */
interface PolicyText extends RightsText {
  readonly keys: readonly {
    readonly name: string;
    readonly algorithm: TsigAlgorithm;
    readonly secret: string;
  }[];
  readonly zones: readonly RightsText[];
}

interface RightsText {
  readonly allow: readonly { readonly prefix?: string; readonly key?: string }[];
  readonly notify: readonly { readonly address: string; readonly port: number; readonly key?: string }[];
}

/** A policy as text with one character an octet. */
export function policyText({ keys, zones, ...rights }: TransferPolicy): string {
  const text: PolicyText = {
    ...textOf(rights),
    zones: zones.map(textOf),
    keys: keys.map(({ name, algorithm, secret }) => ({
      name: name.key,
      algorithm,
      secret: formatBase64(secret.reveal()),
    })),
  };
  return JSON.stringify(text);
}

/** Equal for rights that are equal. */
export function rightsText(rights: TransferRights): string {
  return JSON.stringify(textOf(rights));
}

function textOf({ allow, notify }: TransferRights): RightsText {
  return {
    allow: allow.map(({ prefix, key }) => ({
      ...(prefix && { prefix: formatPrefix(prefix) }),
      ...(key && { key: key.key }),
    })),
    notify: notify.map(({ address, port, key }) => ({
      address: formatAddress(address.octets),
      port,
      ...(key && { key: key.key }),
    })),
  };
}

const WRITTEN = "policyText() wrote it";

/** The policy behind a text that `policyText` made. */
export function policyFromText(text: string): TransferPolicy {
  const { keys, zones, ...rights }: PolicyText = JSON.parse(text);
  return {
    ...rightsFrom(rights),
    zones: zones.map(rightsFrom),
    keys: keys.map(({ name, algorithm, secret }) => ({
      name: DomainName.fromCheckedWire(name),
      algorithm,
      secret: new Secret(proven(parseBase64(secret), WRITTEN)),
    })),
  };
}

function rightsFrom({ allow, notify }: RightsText): TransferRights {
  return {
    allow: allow.map(({ prefix, key }) => ({
      prefix: prefix === undefined ? undefined : knownPrefix(prefix),
      key: knownName(key),
    })),
    notify: notify.map(({ address, port, key }) => ({
      address: knownAddress(address),
      port,
      key: knownName(key),
    })),
  };
}

function knownName(wire: string | undefined): DomainName | undefined {
  return wire === undefined ? undefined : DomainName.fromCheckedWire(wire);
}

function knownPrefix(text: string): Prefix {
  return proven(parsePrefix(text), WRITTEN);
}

function knownAddress(text: string): Address {
  return proven(parseAddress(text), WRITTEN);
}
