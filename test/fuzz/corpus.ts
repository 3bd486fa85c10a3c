/** Inputs in files: a directory for each target, messages in hexadecimal digits, zone files as they are. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGETS, type TargetName } from "./target.ts";

const DIRECTORY = fileURLToPath(new URL("../corpus/", import.meta.url));

/** An input and the file that it stands in. */
export interface KeptInput {
  readonly file: string;
  readonly input: Uint8Array;
}

/** All inputs that are kept for a target, in the order of their files' names. */
export function keptInputs(name: TargetName): KeptInput[] {
  const directory = join(DIRECTORY, name);
  mkdirSync(directory, { recursive: true });
  const files = readdirSync(directory).sort();
  return files.map((file) => ({ file, input: decode(name, readFileSync(join(directory, file))) }));
}

/** Keeps an input; returns the path of its file. */
export function keep(name: TargetName, input: Uint8Array, prefix = ""): string {
  const digest = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const path = join(DIRECTORY, name, `${prefix}${digest}.${TARGETS[name].extension}`);
  mkdirSync(join(DIRECTORY, name), { recursive: true });
  writeFileSync(path, encode(name, input));
  return path;
}

/** Keeps these inputs and no others; findings stay until somebody has looked at them. */
export function keepOnly(name: TargetName, inputs: readonly Uint8Array[]): void {
  for (const { file } of keptInputs(name)) if (!isFinding(file)) rmSync(join(DIRECTORY, name, file));
  for (const input of inputs) keep(name, input);
}

/** What files of inputs that broke something begin with. */
export const FINDING = "finding-";

function isFinding(file: string): boolean {
  return file.startsWith(FINDING);
}

function isHex(name: TargetName): boolean {
  return TARGETS[name].extension === "hex";
}

function decode(name: TargetName, content: Buffer): Uint8Array {
  return Uint8Array.from(isHex(name) ? Buffer.from(content.toString("latin1").trim(), "hex") : content);
}

function encode(name: TargetName, input: Uint8Array): Uint8Array | string {
  return isHex(name) ? `${Buffer.from(input).toString("hex")}\n` : input;
}
