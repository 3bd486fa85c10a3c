import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { parsePrefix } from "../../src/dns/prefix.ts";
import { proven } from "../../src/dns/proven.ts";
import {
  keyNamed,
  policyFromText,
  policyText,
  rightsText,
  Secret,
  type TransferPolicy,
  type TsigKey,
} from "../../src/dns/transfer-policy.ts";
import { name } from "./presentation.ts";

const KEY: TsigKey = {
  name: name("transfer.Contoso.com."),
  algorithm: "hmac-sha256",
  secret: new Secret(Uint8Array.of(0, 127, 128, 255)),
};
const prefix = (text: string) => proven(parsePrefix(text), "the row holds a prefix");
const address = (text: string) => proven(parseAddress(text), "the row holds an address");

describe("policyFromText()", () => {
  const EMPTY: TransferPolicy = { keys: [], allow: [], notify: [], zones: [] };
  test.each<[string, TransferPolicy]>([
    ["nobody", EMPTY],
    ["a key", { ...EMPTY, keys: [KEY] }],
    ["an address", { ...EMPTY, allow: [{ prefix: prefix("192.0.2.0/24"), key: undefined }] }],
    ["who has a key, from anywhere", { ...EMPTY, allow: [{ prefix: undefined, key: KEY.name }] }],
    ["both", { ...EMPTY, allow: [{ prefix: prefix("2001:db8::/32"), key: KEY.name }] }],
    ["who is told", { ...EMPTY, notify: [{ address: address("192.0.2.1"), port: 53, key: undefined }] }],
    ["told under a key", { ...EMPTY, notify: [{ address: address("::1"), port: 5353, key: KEY.name }] }],
  ])("gives back what policyText() was given: %s", (_, policy) => {
    const again = policyFromText(policyText(policy));
    expect(policyText(again)).toBe(policyText(policy));
    expect(again.allow.map((rule) => rule.prefix)).toEqual(policy.allow.map((rule) => rule.prefix));
    expect(again.allow.map(({ key }) => key?.key)).toEqual(policy.allow.map(({ key }) => key?.key));
    expect(again.notify.map((target) => target.address)).toEqual(
      policy.notify.map((target) => target.address),
    );
    expect(again.keys.map(({ secret }) => secret.reveal())).toEqual(
      policy.keys.map(({ secret }) => secret.reveal()),
    );
  });
});

test("rightsText() is the same for rights that are equal, and for no others", () => {
  const rights = { allow: [{ prefix: prefix("192.0.2.0/24"), key: KEY.name }], notify: [] };
  const same = { allow: [{ prefix: prefix("192.0.2.0/24"), key: name(KEY.name.toString()) }], notify: [] };
  expect(rightsText(same)).toBe(rightsText(rights));
  expect(rightsText({ ...rights, allow: [{ prefix: prefix("192.0.2.0/25"), key: KEY.name }] })).not.toBe(
    rightsText(rights),
  );
});

describe("keyNamed()", () => {
  test.each([
    ["whatever the case", name("TRANSFER.contoso.com."), KEY],
    ["not another", name("other.contoso.com."), undefined],
    ["none where no key is asked for", undefined, undefined],
  ])("%s", (_, asked, found) => expect(keyNamed([KEY], asked)).toBe(found));
});

test("a Secret shows itself neither in JSON nor to the console", () => {
  expect(JSON.stringify(KEY.secret)).toBe("{}");
  expect(inspect(KEY.secret)).toBe("Secret {}");
});
