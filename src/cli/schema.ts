import { z } from "zod";
import { COMMANDS } from "./registry.ts";
import { sectionName } from "../config/section.ts";
import { judgingSchema } from "../config/judging.ts";

/** JSON Schema of shadowdiff.yaml, for editors: the settings that judge, and a section a command. */
export async function configurationSchema(): Promise<object> {
  const sections: [string, object][] = [];
  for (const row of COMMANDS) {
    const { command } = await row.load();
    const schema = z.toJSONSchema(command.options.partial(), {
      io: "input",
      unrepresentable: "any",
    });
    sections.push([sectionName(row.name), { ...withoutDialect(schema), description: row.summary }]);
  }
  const settings = z.toJSONSchema(judgingSchema, { io: "input", unrepresentable: "any" });
  return {
    ...settings,
    title: "shadowdiff.yaml",
    properties: { ...settings.properties, ...Object.fromEntries(sections) },
    additionalProperties: false,
  };
}

function withoutDialect(schema: object): object {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema"));
}
