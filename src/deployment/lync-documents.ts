/** Reads Lync's own documents, those that a deployment file points at or those to be imported. */

import { readDocument } from "../lync/document.ts";
import type { Facts } from "../lync/facts.ts";
import { joinFacts, type LyncDeployment } from "../lync/join.ts";
import { failure, type Problem, type Result, success } from "../result.ts";
import { decodeText } from "./decode.ts";
import type { FileSource } from "./files.ts";

/** Reads all documents, topologies first; every problem of each, or what they say together. */
export function readLyncDocuments(paths: readonly string[], files: FileSource): Result<LyncDeployment> {
  const documents = paths.map((path) => ({ path, facts: readOne(path, files) }));
  const problems = documents.flatMap(({ facts }) => (facts.ok ? facts.remarks : facts.problems));
  const said = documents.flatMap(({ facts }) => (facts.ok ? [facts.value] : []));
  if (said.length < documents.length) return failure(problems);
  const { deployment, remarks } = joinFacts(said, paths);
  return success(deployment, [...problems, ...remarks]);
}

function readOne(path: string, files: FileSource): Result<Facts> {
  const octets = files.read(path);
  if (!octets.ok) return failure(octets.problems.map((problem) => withFile(problem, path)));
  const text = decodeText(octets.value, path);
  if (!text.ok) return text;
  const { facts, cleared } = readDocument(path, text.value);
  if (cleared !== undefined) files.keepInstead?.(path, new TextEncoder().encode(cleared));
  return facts.ok
    ? success(facts.value, [...octets.remarks, ...facts.remarks])
    : failure([...octets.remarks, ...facts.problems]);
}

function withFile(problem: Problem, file: string): Problem {
  return { ...problem, place: problem.place ?? { file } };
}
