/** The JSON Schema that editors complete a deployment file from. */

import { z } from "zod";
import { deploymentSchema } from "./schema.ts";

/** The text of config/deployment.schema.json (draft 7, which the YAML language server reads best). */
export function deploymentJsonSchema(): string {
  const schema = z.toJSONSchema(deploymentSchema, { io: "input", target: "draft-7" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
