/** `check` called a deployment fine that published nothing, and did not say how many SIP domains it did publish. */

import { expect, test } from "vitest";
import { check } from "../../src/cli/check.ts";
import { builder, LAB } from "../cli/engine.ts";
import { Stage } from "../cli/stage.ts";

const GATED = `${LAB.replace("servers: [192.168.1.1]", "xmppPort: 5269, servers: [8.8.1.1]")}accessEdge: { allowFederatedUsers: true }
externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: true }
xmppAllowedPartners: [{ domain: partner.example }]
`;

async function said(text: string, json = false): Promise<string> {
  const stage = new Stage();
  const options = { deployment: "lab.yaml", json };
  expect(await check(options, stage.surroundings, { build: builder(text) })).toBe(0);
  return stage.stdout;
}

test.each([
  ["all", LAB, "; 2 of 2 SIP domains published; 2 zones with "],
  ["some", `${GATED}userGroups: [{ sipDomain: beta.test }]\n`, "; 1 of 2 SIP domains published; "],
  [
    "none",
    `${GATED}userGroups: []\n`,
    'lab.yaml: loads, 2 warnings, 2 notes; but 0 of 2 SIP domains published, "xmpp-edge-dns explain" says why; ',
  ],
  ["one there is", LAB.replace(", beta.test", ""), "; 1 of 1 SIP domain published; 1 zone with "],
])("check() ends with how many SIP domains are published: %s", async (_, text, sum) => {
  const last = (await said(text)).trimEnd().split("\n").at(-1);
  expect(last).toContain(sum);
});

const WARNING = "No SIP domain is published; alpha.test, the first of 2, is not because it has no user group";

test("check() warns where nothing is published, with the place and the first reason", async () => {
  expect(await said(`${GATED}userGroups: []\n`)).toContain(`lab.yaml:3:14  warning: ${WARNING}
  3 | sipDomains: [alpha.test, beta.test]
                   ^
`);
  expect(await said(`${GATED}userGroups: [{ sipDomain: beta.test }]\n`)).not.toContain("No SIP domain");
});

test("check() warns programs too", async () => {
  expect(await said(`${GATED}userGroups: []\n`, true)).toContain(
    `{"severity":"warning","file":"lab.yaml","line":3,"column":14,"message":${JSON.stringify(WARNING)}}\n`,
  );
});
