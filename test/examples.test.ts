/** The examples keep their word: their files load, their ports and paths are ours, their units are units. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { deploymentFromValue } from "../src/deployment/load.ts";
import { derive } from "../src/records/derive.ts";
import { loadSettings } from "../src/settings/settings.ts";
import { MAIN } from "./built.ts";
import { goodValue } from "./deployment/given.ts";
import { temporaryDirectory } from "./reload/lab.ts";

const text = (path: string): string => readFileSync(new URL(`../examples/${path}`, import.meta.url), "utf8");

describe("examples/kubernetes", () => {
  const documents = parseAllDocuments(text("kubernetes/xmpp-edge-dns.yaml"), { uniqueKeys: true });
  const objects = documents.map((document) => document.toJS());
  const [configMap, deployment, service, networkPolicy] = objects;
  const [container] = deployment.spec.template.spec.containers;

  test("is YAML without a fault, of the kinds that are wanted", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      "v1 ConfigMap",
      "apps/v1 Deployment",
      "v1 Service",
      "networking.k8s.io/v1 NetworkPolicy",
    ]);
  });

  test("has settings and a deployment that load, and publish", () => {
    const bytes = new TextEncoder().encode(configMap.data["settings.yaml"]);
    const settings = goodValue(loadSettings({ readFile: () => ({ kind: "content", bytes }) }));
    const ports = container.ports.map(
      ({ containerPort }: { readonly containerPort: number }) => containerPort,
    );
    expect(ports).toEqual([settings.port, settings.port, settings.admin.port]);
    expect(settings.admin.listen).toBe("0.0.0.0");
    const files = { read: () => ({ ok: false, problems: [] }) as const };
    const value = goodValue(deploymentFromValue(parse(configMap.data["deployment.yaml"]), files));
    expect(goodValue(derive(value)).publications.map(({ published }) => published)).toEqual([true]);
  });

  test("leads the Service to the container, over UDP and TCP", () => {
    const names = new Map(
      container.ports.map(({ name, protocol }: Readonly<Record<string, string>>) => [name, protocol]),
    );
    for (const { port, targetPort, protocol } of service.spec.ports) {
      expect([port, names.get(targetPort)]).toEqual([53, protocol]);
    }
    expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels);
    expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
  });

  test("keeps the status page to Prometheus, and DNS open to all", () => {
    const { podSelector, policyTypes, ingress } = networkPolicy.spec;
    expect(podSelector).toEqual(deployment.spec.selector);
    expect(policyTypes).toEqual(["Ingress"]);
    const names = (rule: { readonly ports: readonly { readonly port: string }[] }) =>
      rule.ports.map(({ port }) => port);
    expect(ingress.map(names)).toEqual([["dns-udp", "dns-tcp"], ["admin"]]);
    expect(ingress.map((rule: object) => "from" in rule)).toEqual([false, true]);
  });

  test("leaves time to stop after the pause in which queries still come", () => {
    const { terminationGracePeriodSeconds } = deployment.spec.template.spec;
    expect(terminationGracePeriodSeconds - container.lifecycle.preStop.sleep.seconds).toBeGreaterThanOrEqual(
      5,
    );
  });

  test("asks for as few rights as the restricted Pod Security Standard does", () => {
    const { securityContext } = deployment.spec.template.spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});

describe("examples/systemd", () => {
  const unit = text("systemd/xmpp-edge-dns.service");

  test("starts a command line that we take", () => {
    const [, words = ""] = /^ExecStart=\S+ \S+ (.*)$/m.exec(unit) ?? [];
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "settings.yaml"), "");
    const command = words.replaceAll("/etc/xmpp-edge-dns", directory).split(" ");
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...command], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining("there is no such file"),
    });
    const set = [...words.matchAll(/--set (\S+)/g)].map(([, assignment = ""]) => assignment);
    expect(goodValue(loadSettings({ set, readFile: () => ({ kind: "absent" }) })).stateDirectory).toBe(
      "/var/lib/xmpp-edge-dns",
    );
  });

  const secrets = text("systemd/secrets.conf");

  test("hands over each secret that it loads, under the name of a setting", () => {
    const loaded = [...secrets.matchAll(/^LoadCredential=([^:]+):/gm)].map(([, name]) => name);
    const variables = [...secrets.matchAll(/^Environment=(\w+)=%d\/(\S+)$/gm)];
    const inDeployment = /secretFile: \/run\/credentials\/xmpp-edge-dns\.service\/(\S+)$/m.exec(secrets)?.[1];
    expect([...variables.map(([, , name]) => name), inDeployment].sort()).toEqual(loaded.sort());
    const environment = Object.fromEntries(
      variables.map(([, name = "", file = ""]) => [name, `/run/${file}`]),
    );
    const hex = new TextEncoder().encode("00112233445566778899aabbccddeeff");
    const readFile = (path: string) =>
      path.endsWith("cookie-secret")
        ? ({ kind: "content", bytes: hex } as const)
        : ({ kind: "absent" } as const);
    const { admin, cookies, tls } = goodValue(loadSettings({ environment, readFile }));
    expect([admin.tokenFile, cookies.secretFile, tls.certificateFile, tls.keyFile]).toEqual([
      "/run/token",
      "/run/cookie-secret",
      "/run/tls.pem",
      "/run/tls.key",
    ]);
  });

  test.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0).each([
    ["by itself", ""],
    ["with secrets.conf", secrets],
  ])("is a unit to systemd-analyze, %s", (_, dropIn) => {
    const directory = temporaryDirectory();
    const path = join(directory, "xmpp-edge-dns.service");
    writeFileSync(path, unit.replace("/usr/bin/node", process.execPath)); // the one thing it looks for on this machine
    mkdirSync(`${path}.d`);
    writeFileSync(join(`${path}.d`, "secrets.conf"), dropIn);
    const { stdout, stderr, status } = spawnSync("systemd-analyze", ["verify", "--man=no", path], {
      encoding: "utf8",
    });
    const ours = (stdout + stderr).split("\n").filter((line) => line.includes("xmpp-edge-dns"));
    expect({ status, ours }).toEqual({ status: 0, ours: [] });
  });
});

describe("examples/compose-federation", () => {
  const [compose, deployment] = [
    text("compose-federation/compose.yaml"),
    text("compose-federation/config/deployment.yaml"),
  ];
  const { services } = parse(compose, { merge: true });
  const { edgePools } = parse(deployment);
  const hosts: readonly string[] = edgePools.flatMap(
    ({ servers }: { readonly servers: readonly { host: string }[] }) => servers.map(({ host }) => host),
  );

  test("holds no address but loopback, and that of all interfaces", () => {
    const addresses = `${compose}\n${deployment}`.match(/\d+\.\d+\.\d+\.\d+|\bsubnet\b/g);
    expect(addresses).toEqual(["0.0.0.0", "127.0.0.1"]);
  });

  test("publishes services, and begins the DNS server after them, so that it finds their names at once", () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining([...hosts]));
    expect(services.dns.depends_on).toEqual(hosts);
  });

  test("has a client that begins no Edge Server again that was killed", () => {
    expect(Object.keys(services.client.depends_on)).toEqual(["prosody", "ejabberd"]);
  });
});
