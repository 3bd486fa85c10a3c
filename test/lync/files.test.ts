import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import { DiskFiles, lookAt } from "../../src/reload/files.ts";
import { temporaryDirectory } from "../reload/lab.ts";

const YAML = `lync: { export: [export.json, gateway.json] }
edgePools: [{ fqdn: edge.contoso.example, xmppPort: 5269, servers: [203.0.113.10] }]
`;

test("loadDeployment() follows Lync's documents, and keeps no passphrase of theirs", () => {
  const directory = temporaryDirectory();
  const put = (name: string, text: string) => writeFileSync(join(directory, name), text);
  put("deployment.yaml", YAML);
  put("export.json", '{ "Name": "contoso.example", "IsDefault": true }');
  put("gateway.json", '{ "Identity": "Global", "DialbackPassphrase": "never to be kept" }');
  const files = new DiskFiles(10_000);
  expect(loadDeployment(join(directory, "deployment.yaml"), files)).toMatchObject({ ok: true });
  const paths = ["deployment.yaml", "export.json", "gateway.json"].map((name) => join(directory, name));
  expect([...files.digests]).toEqual(paths.map((path) => [path, lookAt(path, 10_000).digest]));
  const kept = new TextDecoder().decode(files.contents.get(join(directory, "gateway.json")));
  expect(kept).toBe('{ "Identity": "Global", "DialbackPassphrase": "****************" }');
});
