import { z } from "zod";
import { usageError } from "../errors.ts";
import { typed, type InputPath, type Quantity } from "./fields.ts";
import { nearest } from "./nearest.ts";
import { sayIssue } from "./say.ts";

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
  /** Set where the value names what a command reads. */
  readonly input: InputPath | null;
}

interface JsonSchemaField {
  readonly type?: string;
  readonly description?: string;
  readonly quantity?: Quantity;
  readonly input?: InputPath;
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[]; readonly input?: InputPath };
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
      input: field.input ?? field.items?.input ?? null,
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

/**
 * Flag > environment > file > default, once.
 * @throws usage error that names each value that the schema refuses, and where it stood
 */
export function resolveOptions(schema: z.ZodObject, sources: Sources): Resolved {
  const { problems, missing, ...resolved } = tryOptions(schema, sources);
  const [first = "", ...more] = problems;
  if (problems.length === 1 && missing.length === 0 && first.startsWith("Unknown key"))
    throw usageError(first);
  if (problems.length > 0)
    throw usageError("These options can't be used:", { details: [first, ...more, ...missing] });
  if (missing.length > 0) throw usageError("Still needed:", { details: missing });
  return resolved;
}

export interface Tried extends Resolved {
  /** A line for each key that is not known and each value that can't be used, with its place. */
  readonly problems: readonly string[];
  /** A line for each option that the command needs and nobody gave. */
  readonly missing: readonly string[];
}

/** The same without throwing: everything that is wrong at once. `values` holds what could be used only when nothing is. */
export function tryOptions(schema: z.ZodObject, sources: Sources): Tried {
  const fields = fieldsOf(schema);
  const { sectionName, filePath, section } = sources;
  const known = fields.map(({ name }) => name);
  const problems = unknownKeys(section, known, `${sectionName} section of ${filePath}`);
  const { raw, origins } = collect(fields, sources);
  const parsed = schema.safeParse(raw, { reportInput: true });
  const missing: string[] = [];
  for (const issue of parsed.error?.issues ?? []) {
    const field = fields.find(({ name }) => name === issue.path[0]);
    if (field === undefined) {
      problems.push(issue.message);
      continue;
    }
    const typed = sources.positionals?.includes(field.name) ? field.name.toUpperCase() : field.flag;
    if (raw[field.name] === undefined) {
      missing.push(`${typed}: ${field.description}`);
      continue;
    }
    const place = {
      flag: typed,
      environment: field.variable,
      file: `${sectionName}.${issue.path.join(".")} in ${filePath}`,
      default: typed,
    }[origins[field.name] ?? "default"];
    problems.push(`${place}: ${sayIssue(issue)}`);
  }
  return { values: parsed.data ?? {}, origins, problems, missing };
}

function collect(
  fields: readonly Field[],
  { flags, env, section }: Sources,
): { raw: Record<string, unknown>; origins: Record<string, Origin> } {
  const raw: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const field of fields) {
    const variable = env[field.variable];
    if (flags[field.name] !== undefined) {
      raw[field.name] = fromText(field, flags[field.name]);
      origins[field.name] = "flag";
    } else if (variable !== undefined && variable !== "") {
      raw[field.name] = fromText(field, field.kind === "list" ? variable.split(",") : variable);
      origins[field.name] = "environment";
    } else if (section[field.name] !== undefined) {
      raw[field.name] = section[field.name];
      origins[field.name] = "file";
    } else {
      origins[field.name] = "default";
    }
  }
  return { raw, origins };
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

/** A line for each key that is not known, with the nearest one: a misspelt setting must not be ignored without a word. */
export function unknownKeys(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): string[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const guess = nearest(key, known);
      return `Unknown key "${key}" in the ${where}${guess === null ? "." : `; did you mean "${guess}"?`}`;
    });
}
