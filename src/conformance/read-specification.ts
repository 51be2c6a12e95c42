import { parse } from "yaml";
import { z } from "zod";
import { messageOf, usageError } from "../errors.ts";
import { sayIssue } from "../config/say.ts";
import { isDeeper } from "../diff/depth.ts";
import { isObject, type JsonValue } from "../model/json.ts";

/** A method as an OpenRPC document describes it. Pointers are JSON pointers into the document. */
export interface SpecifiedMethod {
  readonly name: string;
  /** Where the result's schema stands; null where the document gives none. */
  readonly result: string | null;
  readonly parameters: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: string | null;
  }[];
  /** Codes of the errors that are listed; null where none is: then nothing is said of errors. */
  readonly errors: readonly { readonly code: number; readonly data: string | null }[] | null;
}

export interface Specification {
  /** Title and version, to be shown. */
  readonly name: string;
  readonly methods: ReadonlyMap<string, SpecifiedMethod>;
  /** What pointers lead into: the document without its examples. */
  readonly document: { readonly methods: readonly JsonValue[]; readonly components: JsonValue };
}

const MOST_CHARACTERS = 16 * 1024 * 1024;
const DEEPEST = 200;
const MOST_REFERENCES = 20;
const MOST_NAME = 120;

const documentSchema = z.object({
  openrpc: z.string().regex(/^1\./),
  info: z.object({ title: z.string(), version: z.coerce.string().default("") }),
  methods: z.array(z.looseObject({})).max(10_000),
  components: z.looseObject({}).default({}),
});

/**
 * An OpenRPC 1 document, JSON or YAML, of any chain. References to its own parts are followed; those to other documents are
 * not: what they describe counts as not described.
 * @param from where it was read, for messages
 * @throws usageError where it is no such document
 */
export function readSpecification(text: string, from: string): Specification {
  if (text.length > MOST_CHARACTERS) throw bad(from, "it is larger than 16 MiB");
  const parsed = documentOf(text, from);
  if (isDeeper(parsed as JsonValue, DEEPEST))
    throw bad(from, `it is nested more than ${DEEPEST} levels deep`);
  if (isObject(parsed) && ("openapi" in parsed || "swagger" in parsed))
    throw bad(from, "it is an OpenAPI document, which describes REST; an OpenRPC one is needed");
  const checked = documentSchema.safeParse(parsed, { reportInput: true });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const place = issue?.path.join(".") ?? "";
    throw bad(
      from,
      place === ""
        ? "it is not an object"
        : issue === undefined
          ? place
          : `${place}: ${sayIssue(issue)}`,
    );
  }
  const { info, components } = checked.data;
  // Examples hold any data: an "$id" or "$ref" in them is none.
  const methods = checked.data.methods.map(
    (method) =>
      Object.fromEntries(Object.entries(method).filter(([key]) => key !== "examples")) as JsonValue,
  );
  const document = { methods, components: components as JsonValue };
  const found = methods.flatMap((_, index) => methodAt(document, `/methods/${index}`) ?? []);
  if (found.length === 0) throw bad(from, "it describes no method");
  return {
    name: `${info.title} ${info.version}`.trim().slice(0, MOST_NAME),
    methods: new Map(found.map((method) => [method.name, method])),
    document,
  };
}

function documentOf(text: string, from: string): unknown {
  try {
    return text.trimStart().startsWith("{")
      ? JSON.parse(text)
      : parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw bad(from, messageOf(error).split("\n")[0] ?? "it is neither JSON nor YAML");
  }
}

function bad(from: string, why: string): Error {
  return usageError(`The specification can't be used: ${from}`, {
    details: [`${why}.`, "--spec takes an OpenRPC document: openrpc, info, methods."],
  });
}

type Document = Specification["document"];

function methodAt(document: Document, pointer: string): SpecifiedMethod | null {
  const method = follow(document, pointer);
  const name = method === null ? null : method.value["name"];
  if (method === null || typeof name !== "string") return null;
  const at = (key: string): string => `${method.pointer}/${key}`;
  const { params, errors, result } = method.value;
  return {
    name,
    result: result === undefined ? null : schemaAt(document, at("result")),
    parameters: listOf(params).map((_, index) => {
      const parameter = follow(document, at(`params/${index}`));
      return {
        name: nameOf(parameter, index),
        required: parameter?.value["required"] === true,
        schema: schemaAt(document, at(`params/${index}`)),
      };
    }),
    errors:
      listOf(errors).length === 0
        ? null
        : listOf(errors).flatMap((_, index) => {
            const error = follow(document, at(`errors/${index}`));
            const code = error?.value["code"];
            if (error === null || typeof code !== "number") return [];
            const data = error.value["data"];
            const schema = isObject(data) && isSchema(data) ? `${error.pointer}/data` : null;
            return [{ code, data: schema }];
          }),
  };
}

function nameOf(parameter: Place | null, index: number): string {
  const name = parameter?.value["name"];
  return typeof name === "string" ? name : String(index);
}

/** An error's `data` is any value by OpenRPC; some documents put a schema there. */
function isSchema(data: Readonly<Record<string, unknown>>): boolean {
  return ["$ref", "type", "oneOf", "anyOf", "allOf", "pattern"].some((key) => key in data);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Where the schema of a content descriptor stands. */
function schemaAt(document: Document, pointer: string): string | null {
  const descriptor = follow(document, pointer);
  return descriptor?.value["schema"] === undefined ? null : `${descriptor.pointer}/schema`;
}

interface Place {
  readonly pointer: string;
  readonly value: { readonly [key: string]: JsonValue | undefined };
}

/** The object at a pointer, with references of this document followed; null where there is none. */
function follow(document: Document, start: string): Place | null {
  let pointer = start;
  for (let hops = 0; hops < MOST_REFERENCES; hops += 1) {
    const value = valueAt(document, pointer);
    if (!isObject(value)) return null;
    const reference = value["$ref"];
    if (typeof reference !== "string") return { pointer, value: value as Place["value"] };
    if (!reference.startsWith("#/")) return null;
    pointer = reference.slice(1);
  }
  return null;
}

function valueAt(document: Document, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, unescaped(key))
          ? (value as Record<string, unknown>)[unescaped(key)]
          : undefined,
      document,
    );
}

function unescaped(key: string): string {
  return decodeURIComponent(key.replace(/%(?![0-9a-f]{2})/gi, "%25"))
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}
