/** Mistyped scopes of policies became tags that nobody was ever granted. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const KNOWN = 'give "Global", "Site:<name>" or "Tag:<name>"';

test.each([
  ["Sites:Redmond", 'did you mean "Site:Redmond"?'],
  ["tags: XmppUsers", 'did you mean "Tag:XmppUsers"?'],
  ["Global:", 'did you mean "Global"?'],
  ["Foo:Bar", KNOWN],
  ["", KNOWN],
  [":XmppUsers", KNOWN],
  ["Tag:", KNOWN],
  ["Site:a:b", KNOWN],
])("%j is no identity of a policy", (identity, hint) => {
  const policy = `externalAccessPolicies: [{ identity: ${JSON.stringify(identity)} }]`;
  expect(saidWhileBuilding(`${policy}\nzones: { a.test: {} }\n`)).toEqual([
    `1:38 error: Cannot use ${JSON.stringify(identity)} as identity of an external access policy: ${hint}`,
  ]);
});

test("nor can it be granted", () => {
  const yaml = `sipDomains: [a.test]
edgePools: [{ fqdn: pool.test, servers: [192.0.2.1] }]
externalAccessPolicies: [{ identity: XmppUsers }]
userGroups: [{ sipDomain: a.test, policy: "Tags:XmppUsers" }]
`;
  expect(saidWhileBuilding(yaml)).toEqual([
    '4:43 error: Cannot use "Tags:XmppUsers" as identity of an external access policy: did you mean "Tag:XmppUsers"?',
  ]);
});

test.each(["XmppUsers", "Tag:XmppUsers", "TAG:XmppUsers", "global", " Global "])("%j is one", (identity) => {
  const policy = `externalAccessPolicies: [{ identity: ${JSON.stringify(identity)} }]`;
  expect(saidWhileBuilding(`${policy}\nzones: { a.test: {} }\n`)).toEqual([]);
});
