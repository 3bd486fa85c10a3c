/** An IDN was not found over HTTP, though the command line knew it; a zone's records had the case of whoever asked. */

import { expect, test } from "vitest";
import { openFor, sourcesOf } from "../admin/given.ts";

const DEPLOYMENT = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["192.0.2.1"] }],
  sipDomains: ["alpha.test", "ümlaut.example"],
};

async function said(path: string): Promise<unknown> {
  const { url } = await openFor(sourcesOf({}, DEPLOYMENT));
  return (await fetch(`${url}/api/v1/${path}`)).json();
}

const IDN = "xn--mlaut-jva.example";

test.each([
  "%C3%BCmlaut.example", // ü
  "u%CC%88mlaut.example", // u and a combining diaeresis
  "%C3%9CMLAUT.example.", // Ü
  IDN,
])("%s is found", async (word) => {
  expect(await said(`explain/${word}`)).toMatchObject({ sipDomain: IDN });
  expect(await said(`zones/${word}`)).toMatchObject({ zone: IDN });
});

test.each(["%C3%BCm", "%C3%9CML", "u%CC%88ml", "xn--mlaut", "%C3%BCmlaut.ex"])(
  "a search for %s",
  async (word) => {
    expect(await said(`records?search=${word}`)).toMatchObject({
      found: 1,
      sipDomains: [{ sipDomain: IDN }],
    });
    expect(await said(`zones?search=${word}`)).toMatchObject({ found: 1, zones: [{ zone: IDN }] });
  },
);

test("a search that finds nothing", async () => {
  expect(await said("records?search=%C3%B6")).toMatchObject({ found: 0 });
});

test("a zone is shown in its own spelling, however it is asked for", async () => {
  expect(await said("zones/ALPHA.Test")).toEqual(await said("zones/alpha.test"));
});
