/** A bracket that is never closed was reported where the parser noticed, and hid everything before it. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const LIST = 'error: Cannot read "[": it is never closed; put "]" where the list ends';
const MAP = 'error: Cannot read "{": it is never closed; put "}" where the map ends';

test.each([
  { why: "a list", yaml: "sipDomains: [a.test\nzones: {}\n", said: [`1:13 ${LIST}`] },
  {
    why: "a map",
    yaml: "edgePools:\n  - { fqdn: a.test\n  - { fqdn: b.test }\nzones: {}\n",
    said: [`2:5 ${MAP}`],
  },
  { why: "both", yaml: "edgePools: [{ fqdn: a.test\nzones: {}\n", said: [`1:12 ${LIST}`, `1:13 ${MAP}`] },
  { why: "a list that a } ends", yaml: "accessEdge: { a: [1, 2 }\nzones: {}\n", said: [`1:18 ${LIST}`] },
  {
    why: "a bracket too many",
    yaml: "sipDomains: [a.test]]\nzones: {}\n",
    said: ['1:21 error: Cannot read "]": nothing is open that it could close'],
  },
  {
    why: "what stands before it is looked at",
    yaml: "edgePool: []\naccessEdge: { allowFederatedUsers: 1 }\nsipDomains: [a.test\n",
    said: [
      '1:1 error: Cannot use unknown key "edgePool": did you mean "edgePools"?',
      '2:36 error: Cannot use 1 as "allowFederatedUsers": give true or false',
      `3:13 ${LIST}`,
    ],
  },
  {
    why: "what stands behind it is not",
    yaml: "sipDomains: [a.test\nedgePool: []\n",
    said: [`1:13 ${LIST}`],
  },
])("$why", ({ yaml, said }) => {
  expect(saidWhileBuilding(yaml)).toEqual(said);
});
