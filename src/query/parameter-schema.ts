import { type Name, PARAMETERS, SCHEMAS } from "./parameters.ts";

/** The parameters as JSON Schema, read from the schemas that parse them. */

interface Step {
  type: string;
  requirement?: unknown;
  options?: readonly string[];
}

/** What a parameter takes, as far as JSON Schema can say it; the rest is in the description. */
export function parameterSchema(name: Name): Record<string, unknown> {
  const schema: Record<string, unknown> = { type: "string" };
  const { default: preset, accepts } = PARAMETERS[name];
  for (const { type, requirement, options } of SCHEMAS[name].pipe as unknown as readonly Step[]) {
    if (type === "max_length") schema.maxLength = requirement;
    if (type === "picklist") schema.enum = options;
    if (type === "min_value") Object.assign(schema, { type: "integer", minimum: requirement });
    if (type === "max_value") schema.maximum = requirement;
  }
  // Of `limit`, the default is a sentence.
  const isValue = preset !== undefined && schema.type === "string";
  return { ...schema, ...(isValue && { default: preset }), description: accepts };
}
