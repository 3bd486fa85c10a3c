/** Certificates made by openssl: an authority, and whatever it is told to sign. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  /** Lines of openssl's [san] section without their numbers: "DNS:contoso.com". */
  readonly names: readonly string[];
  /** YYYYMMDDHHMMSSZ; long ago and far away unless said otherwise. */
  readonly from?: string;
  readonly to?: string;
}

/** An authority of its own, in a directory of its own. */
export class Authority {
  readonly #directory: string;
  readonly root: Certificate;
  #serial = 0;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "index.txt"), "");
    writeFileSync(join(directory, "serial"), "1000");
    this.root = this.#sign("root", { names: ["DNS:authority.test"] }, undefined);
  }

  /** A certificate for these names. */
  issue(wish: CertificateWish): Certificate {
    return this.#sign(`issued-${++this.#serial}`, wish, this.root);
  }

  /** One that is signed by itself. */
  selfSigned(wish: CertificateWish): Certificate {
    return this.#sign(`self-${++this.#serial}`, wish, undefined);
  }

  #sign(name: string, { names, from, to }: CertificateWish, issuer: Certificate | undefined): Certificate {
    const path = (ending: string): string => join(this.#directory, `${name}.${ending}`);
    const files: Certificate = { certificate: path("crt"), key: path("key") };
    writeFileSync(path("cnf"), configuration(this.#directory, names, issuer === undefined));
    const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    openssl("genpkey", ...curve, "-out", files.key);
    openssl("req", "-new", "-utf8", "-config", path("cnf"), "-key", files.key, "-out", path("csr"));
    openssl(
      ...["ca", "-batch", "-notext", "-utf8", "-config", path("cnf"), "-extensions", "extensions"],
      ...["-startdate", from ?? "20200101000000Z", "-enddate", to ?? "21200101000000Z"],
      ...(issuer === undefined
        ? ["-selfsign", "-keyfile", files.key]
        : ["-cert", issuer.certificate, "-keyfile", issuer.key]),
      ...["-in", path("csr"), "-out", files.certificate],
    );
    return files;
  }
}

function configuration(directory: string, names: readonly string[], isRoot: boolean): string {
  const numbered = names.map((name, at) => name.replace(":", `.${at} = `));
  return `[req]
distinguished_name = name
prompt = no
[name]
CN = ${names[0]?.split(":").at(-1)?.slice(0, 60) ?? "nobody"}
[ca]
default_ca = authority
[authority]
new_certs_dir = ${directory}
database = ${join(directory, "index.txt")}
serial = ${join(directory, "serial")}
default_md = sha256
policy = policy
unique_subject = no
[policy]
commonName = supplied
[extensions]
basicConstraints = ${isRoot ? "critical, CA:TRUE" : "CA:FALSE"}
subjectAltName = @san
[san]
${numbered.join("\n")}
`;
}

function openssl(...words: readonly string[]): void {
  execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
}

/** The text of a PEM file. */
export function pemOf(path: string): string {
  return readFileSync(path, "utf8");
}
