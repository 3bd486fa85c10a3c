/** Builds the image before the tests, as README.md says, and removes it and its stages after them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { ROOT, wordsOf } from "../readme.ts";
import { docker, ownName } from "./docker.ts";

const root = fileURLToPath(ROOT);
const tags: string[] = [];

export async function setup(project: TestProject): Promise<void> {
  await engineAnswers();
  if (!(await succeeds("buildx", "version"))) process.env.DOCKER_BUILDKIT = "0";
  const tag = ownName();
  try {
    // A stage that has a name of its own is not left behind as an image without one.
    for (const stage of stages()) await build(`${tag}:${stage}`, "--target", stage);
    await build(`${tag}:latest`);
  } catch (fault) {
    await teardown(); // vitest does not call it after a setup that failed
    throw fault;
  }
  const octets = Number(await docker("image", "inspect", "--format", "{{.Size}}", tag));
  console.log(`Image: ${Math.round(octets / 1e6)} MB`);
  project.provide("image", tag);
}

export async function teardown(): Promise<void> {
  for (const tag of tags.splice(0).reverse()) await docker("rmi", tag);
}

async function engineAnswers(): Promise<void> {
  try {
    await docker("version");
  } catch (fault) {
    const said = fault instanceof Error ? fault.message : String(fault);
    throw new Error(`Cannot reach a Docker engine: start one, or say in DOCKER_HOST where it is\n${said}`);
  }
}

async function build(tag: string, ...options: readonly string[]): Promise<void> {
  const words = wordsOf("docker build", root).slice(1, -1); // the last one is the directory
  const ours = words.map((word) => (word === "xmpp-edge-dns" ? tag : word));
  try {
    await docker(...ours, "--force-rm", ...options, root);
  } catch (fault) {
    const said = fault instanceof Error && "stdout" in fault ? String(fault.stdout) : "";
    await removeRemains(said);
    throw new Error(`${fault}\n${said.split("\n").slice(-30).join("\n")}`);
  }
  tags.push(tag);
}

/** Removes what a build that failed has left: the image of its last good step, if it has no name. */
async function removeRemains(said: string): Promise<void> {
  const [, last] = /^.*^ ---> ([0-9a-f]{12})$/ms.exec(said) ?? [];
  if (last === undefined) return;
  const names = await docker("image", "inspect", "--format", "{{len .RepoTags}}", last);
  if (names === "0") await succeeds("rmi", last); // not where other images are made of it
}

/** The names of the stages that the image is made from. */
function stages(): string[] {
  const dockerfile = readFileSync(new URL("Dockerfile", ROOT), "utf8");
  return [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name = ""]) => name);
}

async function succeeds(...words: readonly string[]): Promise<boolean> {
  return docker(...words).then(
    () => true,
    () => false,
  );
}
