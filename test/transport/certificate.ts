/** Self-signed certificates for tests: a fresh key each time, so none lies in the project. */

import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate of an elliptic curve for a name, in force now and for long (RFC 5280 §4.1). */
export function selfSigned(commonName = "dns.alpha.test"): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(commonName)))));
  const validity = sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z")));
  const version = der(0xa0, der(0x02, Buffer.of(2)));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const hostName = sequence(der(0x82, Buffer.from(commonName)));
  const extensions = der(0xa3, sequence(sequence(oid("551d11"), der(0x04, hostName)))); // subjectAltName
  const fields = [algorithm, name, validity, name, spki, extensions];
  const toBeSigned = sequence(version, der(0x02, Buffer.of(1)), ...fields);
  const signature = der(0x03, Buffer.of(0), sign("sha256", toBeSigned, privateKey));
  return {
    certificate: pem("CERTIFICATE", sequence(toBeSigned, algorithm, signature)),
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

/** The pair in files, each replaced whole by `write`. */
export class CertificateFiles {
  readonly #directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-tls-"));
  readonly certificateFile = join(this.#directory, "tls.crt");
  readonly keyFile = join(this.#directory, "tls.key");

  write({ certificate, key }: PemPair): void {
    for (const [path, text] of [
      [this.certificateFile, certificate],
      [this.keyFile, key],
    ] as const) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthOctets =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >>> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...lengthOctets), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function pem(label: string, octets: Buffer): string {
  const lines = octets.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
