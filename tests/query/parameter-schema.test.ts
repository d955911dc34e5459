import { expect, test } from "vitest";
import { parameterSchema } from "../../src/query/parameter-schema.ts";
import { PARAMETERS } from "../../src/query/parameters.ts";

const described = (name: keyof typeof PARAMETERS) => PARAMETERS[name].accepts;

test("a parameter is described as JSON Schema: its type, its limits, its values and its default", () => {
  expect(parameterSchema("limit")).toStrictEqual({
    ...{ type: "integer", minimum: 1, maximum: 500 },
    description: described("limit"),
  });
  expect(parameterSchema("sort")).toMatchObject({ type: "string", enum: ["newest", "oldest"], default: "newest" });
  expect(parameterSchema("filter")).toStrictEqual({ type: "string", maxLength: 256, description: described("filter") });
  expect(parameterSchema("q")).not.toHaveProperty("default");
  for (const name of Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[]) {
    const { type, enum: values, default: preset } = parameterSchema(name);
    if (type === "string" && values) expect(values).toContain(preset ?? (values as string[])[0]);
    if (type === "string" && PARAMETERS[name].default !== undefined) expect(preset).toBe(PARAMETERS[name].default);
  }
});
