/** The secret of DNS cookies, where the settings name a file for it. */

import { failed, type Result, success } from "../result.ts";
import { areSecrets } from "./formats.ts";
import type { Settings } from "./settings.ts";
import type { ReadFile } from "./settings-file.ts";

/** Octets of the longest file: four secrets with a comment each would fit. */
const MAXIMUM_SIZE = 4096;

/** Settings with the secrets of the file that they name. */
export function withCookieSecret(settings: Settings, readFile: ReadFile): Result<Settings> {
  const { secretFile, secret } = settings.cookies;
  if (secretFile === undefined) return success(settings);
  if (secret !== undefined)
    return failed('Cannot set both "cookies.secret" and "cookies.secretFile": give the secret once');
  const read = readCookieSecrets(secretFile, readFile);
  return read.ok ? success({ ...settings, cookies: { ...settings.cookies, secret: read.value } }) : read;
}

/** The secrets of a file in hexadecimal digits, with white space between. Lines that begin with # are comments. */
export function readCookieSecrets(file: string, readFile: ReadFile): Result<string> {
  const content = readFile(file, MAXIMUM_SIZE);
  if (content.kind !== "content") {
    const why = content.kind === "absent" ? "there is no such file" : content.reason;
    return failed(`Cannot read cookie secret file "${file}": ${why}`, { file });
  }
  const text = new TextDecoder()
    .decode(content.bytes)
    .replace(/^\s*#.*$/gm, "")
    .trim();
  if (areSecrets(text)) return success(text.toLowerCase());
  const message = `Cannot use cookie secret file "${file}": one to four lines of 32 hexadecimal digits are wanted; "openssl rand -hex 16" makes one`;
  return failed(message, { file });
}
