import { z } from "zod";
import { displayUrl } from "../model/display-url.ts";
import { typed } from "./fields.ts";
import { judgingSchema, parseJudging } from "./judging.ts";
import { resolveOptions, type Origin, type Sources } from "./resolve.ts";
import { isObject } from "../model/json.ts";

/** A setting as it is in force, and where its value came from. */
export interface Setting {
  /** `limits.mismatchRate`, or section and option: `replay.concurrency`. */
  readonly name: string;
  /** As text; null where it is not set. */
  readonly value: string | null;
  readonly origin: Origin;
}

/** The settings of judging: the top level of the configuration file. Throws a usage error for what can't be used. */
export function judgingInForce(settings: unknown, filePath: string | null): Setting[] {
  const judging = parseJudging(settings, filePath ?? undefined);
  return leavesOf(judging, []).map(({ path, value }) => {
    const origin = isGiven(settings, path) ? "file" : "default";
    const quantity = quantityAt(judgingSchema, path);
    return {
      name: path.join("."),
      value: shown(path.at(-1) ?? "", value, origin, quantity),
      origin,
    };
  });
}

/** The options of one command, without flags. One that the command needs and nobody gave is simply not set here. */
export function optionsInForce(schema: z.ZodObject, sources: Omit<Sources, "flags">): Setting[] {
  const shape = Object.entries(schema.shape).map(([name, field]) => [name, z.optional(field)]);
  const { values, origins } = resolveOptions(z.object(Object.fromEntries(shape)), {
    ...sources,
    flags: {},
  });
  return Object.entries(origins).map(([name, origin]) => ({
    name: `${sources.sectionName}.${name}`,
    value:
      values[name] === undefined
        ? null
        : shown(name, values[name], origin, quantityAt(schema, [name])),
    origin,
  }));
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leavesOf(value: unknown, path: readonly string[]): Leaf[] {
  const entries = isObject(value)
    ? Object.entries(value).filter(([, own]) => own !== undefined)
    : [];
  if (entries.length === 0) return [{ path, value }];
  return entries.flatMap(([key, own]) => leavesOf(own, [...path, key]));
}

function isGiven(settings: unknown, path: readonly string[]): boolean {
  let here = settings;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return false;
    here = here[key];
  }
  return true;
}

const SECRET = /secret|token|password|header|auth|key$/i;

/** A value that may be printed, as it would be typed: no credentials, no path keys. */
function shown(name: string, value: unknown, origin: Origin, quantity: unknown): string {
  if (SECRET.test(name) && origin !== "default" && typeof value !== "boolean")
    return "(set, not shown)";
  if (typeof value === "number" && (quantity === "duration" || quantity === "size"))
    return typed(value, quantity);
  const text = JSON.stringify(value, (_, own: unknown) =>
    typeof own === "string" && /^(?:https?|wss?):\/\//i.test(own) ? displayUrl(own) : own,
  );
  return typeof value === "string" ? (JSON.parse(text) as string) : text;
}

/** Whether a setting is a duration or a size, by its schema. */
function quantityAt(schema: z.ZodObject, path: readonly string[]): unknown {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const field = path.flatMap((key) => ["properties", key]).reduce<unknown>(fieldOf, json);
  return fieldOf(field, "quantity");
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}
