/** What README.md tells people to run and write, for the tests that do so. */

import { readFileSync } from "node:fs";

/** The root of the project. */
export const ROOT = new URL("..", import.meta.url);

export const README = readFileSync(new URL("README.md", ROOT), "utf8");

/** The texts of all code blocks in a language. */
export function codeBlocks(language: string, markdown = README): string[] {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...markdown.matchAll(fence)].map(([, text = ""]) => text);
}

/** The lines of all blocks for the shell. */
export function shellLines(markdown = README): string[] {
  return codeBlocks("sh", markdown).flatMap((text) => text.split("\n").filter((line) => line !== ""));
}

/** The words of the one shell line that begins so, with $PWD put in. */
export function wordsOf(beginning: string, directory: string, markdown = README): string[] {
  const lines = shellLines(markdown).filter((line) => line.startsWith(`${beginning} `));
  const [line] = lines;
  if (line === undefined || lines.length > 1)
    throw new Error(`${lines.length} lines begin with "${beginning}", one is wanted`);
  return line.split(" ").map((word) => word.replaceAll('"', "").replace("$PWD", directory));
}
