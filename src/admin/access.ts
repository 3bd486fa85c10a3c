/**
 * Who may do what. Whoever is on this machine may look and reload; everybody else needs the token to change
 * anything, and to look as well where a token is set. Browsers are kept from being used by other sites: by
 * DNS rebinding (the Host must be an address, localhost, or a name that was set) and by requests that another
 * origin makes them send.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Refusal } from "./problem-json.ts";

export interface AccessPolicy {
  /** Names that the interface may be called by, besides localhost and addresses. */
  readonly hosts: readonly string[];
  readonly token: string | undefined;
  /** Who needs the token: whoever is not on this machine, or everybody. */
  readonly tokenFor: "remote" | "all";
}

/** What is looked at of a request. */
export interface RequestFacts {
  readonly method: string;
  /** The path of the route that answers, not its spelling in the request; undefined where there is none. */
  readonly route: string | undefined;
  readonly remoteAddress: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What orchestrators and Prometheus ask, from wherever they are. */
const OPEN_ROUTES = new Set<string | undefined>(["/healthz", "/readyz", "/metrics"]);

/** Who asked what is nobody's to see who may not change anything either: addresses are personal data. */
const GUARDED_ROUTE = "/api/v1/lab/queries";

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

type Check = (facts: RequestFacts, policy: AccessPolicy) => Refusal | undefined;

/** The first that objects decides. */
const CHECKS: readonly Check[] = [checkHost, checkOrigin, checkToken];

/** Why a request is turned down; undefined where it is not. */
export function refusalOf(facts: RequestFacts, policy: AccessPolicy): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(facts, policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Whether somebody may see what is looked at, and not only what every probe is told. */
export function mayLook(facts: RequestFacts, policy: AccessPolicy): boolean {
  return refusalOf({ ...facts, method: "GET", route: undefined }, policy) === undefined;
}

/** A name of the attacker's may lead here; an address cannot be rebound. */
function checkHost({ route, headers }: RequestFacts, { hosts }: AccessPolicy): Refusal | undefined {
  if (route === "/healthz" || route === "/readyz") return undefined; // probes send any Host, and are told no more than a status by it
  if (headers.host === undefined)
    return { status: 400, detail: "Cannot answer without a Host header (RFC 9112 §3.2)" };
  const name = hostName(textOf(headers.host));
  if (name !== undefined && (isIP(name) !== 0 || name === "localhost" || hosts.includes(name)))
    return undefined;
  return {
    status: 421,
    detail: `Cannot answer for host ${JSON.stringify(textOf(headers.host) ?? "")}: use the IP address or localhost, or add the name to "admin.hosts"`,
  };
}

/** A browser says on whose behalf it asks (Fetch Metadata; RFC 6454); what is no browser says nothing. */
function checkOrigin({ method, headers }: RequestFacts): Refusal | undefined {
  if (SAFE_METHODS.has(method)) return undefined; // nothing changes, and other origins cannot read the answer
  const site = textOf(headers["sec-fetch-site"]);
  const origin = textOf(headers.origin);
  const host = textOf(headers.host);
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (isOwn && (site === undefined || site === "same-origin" || site === "none")) return undefined;
  return {
    status: 403,
    detail: `Cannot change anything for another origin: the browser says that ${origin ?? `a ${site} page`} asks`,
  };
}

function checkToken(facts: RequestFacts, { token, tokenFor }: AccessPolicy): Refusal | undefined {
  if (OPEN_ROUTES.has(facts.route)) return undefined;
  if (tokenFor === "remote" && isLocal(facts)) return undefined;
  if (token === undefined) return checkWithoutToken(facts);
  const given = givenToken(textOf(facts.headers.authorization));
  if (given !== undefined && isSame(given, token)) return undefined;
  return {
    status: 401,
    detail:
      given === undefined
        ? 'Cannot answer without a token: send it as "Authorization: Bearer …", or as the password of HTTP Basic'
        : "Cannot answer: the token is not the one in the token file",
    ...(given !== undefined && { event: "wrong-token" }),
    headers: { "www-authenticate": 'Bearer realm="xmpp-edge-dns", Basic realm="xmpp-edge-dns"' },
  };
}

/** Where no token is set, others may look, but for who asked what, and change nothing. */
function checkWithoutToken({ method, route }: RequestFacts): Refusal | undefined {
  if (SAFE_METHODS.has(method) && route !== GUARDED_ROUTE) return undefined;
  const action = SAFE_METHODS.has(method) ? "Cannot show who asked what to" : "Cannot change anything from";
  return {
    status: 403,
    detail: `${action} another machine: no token is set; name a file that holds one in "admin.tokenFile"`,
  };
}

/** What proxies say of themselves, or of whom they ask for (RFC 9110 §7.6.3, RFC 7239, and the custom before it). */
const PROXY_HEADER = /^(?:via|forwarded|x-real-ip|x-forwarded-.+)$/;

/** Whether the request comes from this machine, and not through a proxy on it that says so. */
function isLocal({ remoteAddress, headers }: RequestFacts): boolean {
  if (Object.keys(headers).some((name) => PROXY_HEADER.test(name) && headers[name] !== undefined))
    return false;
  return /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress);
}

/** The token of either scheme; of Basic it is the password. */
function givenToken(authorization: string | undefined): string | undefined {
  const [, scheme = "", credentials = ""] = /^(bearer|basic) +(\S.*)$/i.exec(authorization ?? "") ?? [];
  if (credentials === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return credentials;
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

/** Takes as long for a good guess as for a bad one: digests are of one length and say nothing of what they were. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** `[::1]:8053` → `::1`, `Localhost:8053` → `localhost`. */
function hostName(host: string | undefined): string | undefined {
  const [, address, name] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? "") ?? [];
  return (address ?? name)?.toLowerCase();
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value.join(", ") : value;
}
