import { z } from "zod";
import { usageError } from "../errors.ts";
import { displayUrl } from "../model/display-url.ts";
import { typed, type Quantity } from "./fields.ts";
import { nearest } from "./nearest.ts";

/** Where a value came from, for error messages and `shadowdiff config`. */
export type Origin = "flag" | "environment" | "file" | "default";

export interface Resolved {
  readonly values: Record<string, unknown>;
  readonly origins: Readonly<Record<string, Origin>>;
}

export interface Field {
  readonly name: string;
  readonly flag: string;
  readonly variable: string;
  readonly description: string;
  readonly kind: "boolean" | "number" | "list" | "text";
  readonly choices: readonly string[] | null;
  readonly default: unknown;
}

interface JsonSchemaField {
  readonly type?: string;
  readonly description?: string;
  readonly quantity?: Quantity;
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
}

/** The options of a command, read off its zod schema: one schema gives types, flags, variables, keys and help. */
export function fieldsOf(schema: z.ZodObject): readonly Field[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    const field = property as JsonSchemaField;
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return {
      name,
      flag: `--${kebab}`,
      variable: `SHADOWDIFF_${kebab.replaceAll("-", "_").toUpperCase()}`,
      description: field.description ?? "",
      kind: kindOf(field),
      choices: field.enum ?? field.items?.enum ?? null,
      default: defaultOf(schema.shape[name], field),
    };
  });
}

/** What holds when nobody says anything, as one would type it. */
function defaultOf(type: unknown, { quantity }: JsonSchemaField): unknown {
  const value = type instanceof z.ZodDefault ? type.def.defaultValue : undefined;
  return typeof value === "number" && quantity !== undefined ? typed(value, quantity) : value;
}

function kindOf(field: JsonSchemaField): Field["kind"] {
  if (field.type === "boolean") return "boolean";
  if (field.type === "number" || field.type === "integer") return "number";
  return field.type === "array" ? "list" : "text";
}

export interface Sources {
  /** Parsed flags by field name; only those that were given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command's section of the configuration file. */
  readonly section: Readonly<Record<string, unknown>>;
  readonly sectionName: string;
  /** Fields that are words without a flag on the command line. */
  readonly positionals?: readonly string[];
  readonly filePath: string | null;
}

/** Flag > environment > file > default, once. A value that the schema refuses is a usage error that says where it stood. */
export function resolveOptions(schema: z.ZodObject, sources: Sources): Resolved {
  const fields = fieldsOf(schema);
  const { sectionName, filePath } = sources;
  checkKeys(
    sources.section,
    fields.map((field) => field.name),
    `${sectionName} section of ${filePath}`,
  );
  const raw: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const field of fields) {
    const variable = sources.env[field.variable];
    if (sources.flags[field.name] !== undefined) {
      raw[field.name] = fromText(field, sources.flags[field.name]);
      origins[field.name] = "flag";
    } else if (variable !== undefined && variable !== "") {
      raw[field.name] = fromText(field, field.kind === "list" ? variable.split(",") : variable);
      origins[field.name] = "environment";
    } else if (sources.section[field.name] !== undefined) {
      raw[field.name] = sources.section[field.name];
      origins[field.name] = "file";
    } else {
      origins[field.name] = "default";
    }
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { values: parsed.data, origins };
  throw usageError("These options can't be used:", {
    details: parsed.error.issues.map((issue) => {
      const field = fields.find(({ name }) => name === issue.path[0]);
      if (!field) return issue.message;
      const origin = origins[field.name];
      const typed = sources.positionals?.includes(field.name)
        ? field.name.toUpperCase()
        : field.flag;
      const missing = raw[field.name] === undefined;
      const place = {
        flag: typed,
        environment: field.variable,
        file: `${sectionName}.${issue.path.join(".")} in ${filePath}`,
        default: typed,
      }[origin ?? "default"];
      if (missing) return `${place} is missing: ${field.description}`;
      const message = issue.message.replace(/^Invalid (?:input|option): /, "");
      return `${place}: ${message}${message.includes("got ") ? "" : `; got ${shown(raw[field.name])}`}`;
    }),
  });
}

/** The value as it was given, short; a URL without what may be a secret. */
function shown(value: unknown): string {
  const text = typeof value === "string" && URL.canParse(value) ? displayUrl(value) : value;
  return JSON.stringify(text).slice(0, 80);
}

function fromText(field: Field, value: unknown): unknown {
  if (field.kind === "boolean" && typeof value === "string") {
    if (["true", "1", "yes"].includes(value.toLowerCase())) return true;
    if (["false", "0", "no"].includes(value.toLowerCase())) return false;
  }
  if (
    field.kind === "number" &&
    typeof value === "string" &&
    value.trim() !== "" &&
    !Number.isNaN(Number(value))
  ) {
    return Number(value);
  }
  return value;
}

/** Unknown keys are errors, with the nearest known one: a misspelled setting must not be ignored silently. */
export function checkKeys(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const guess = nearest(key, known);
    throw usageError(
      `Unknown key "${key}" in the ${where}${guess === null ? "." : `; did you mean "${guess}"?`}`,
    );
  }
}
