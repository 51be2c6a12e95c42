import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import type { JsonValue } from "../model/json.ts";
import { bounded } from "./bounded.ts";
import type { Specification } from "./read-specification.ts";

/** A departure from a schema: its place in the value, and what is asked there. */
export interface Departure {
  /** JSON pointer into the value. */
  readonly place: string;
  readonly what: string;
}

/** Checks values against the schemas of one document; each is compiled once, when it is first needed. */
export interface Schemas {
  /** Every departure, bounded; null where the schema can't be used (another document's, too slow, not valid). */
  departures(pointer: string, value: JsonValue): readonly Departure[] | null;
}

const BASE = "specification:document";
const LIMIT_MS = 1_000;
/** All that a document may cost beyond what is usual: then nothing more is asked of it. */
const SLOW_AT_MOST = 5;

/** Pure but for the time that a check may take: a document that is made to take for ever is given up. */
export function schemasOf({ document }: Specification, limitMs = LIMIT_MS): Schemas {
  const ajv = compiler(document);
  const compiled = new Map<string, ValidateFunction | null>();
  let slow = 0;
  const inTime = <T>(run: () => T): T | null => {
    if (slow >= SLOW_AT_MOST) return null;
    try {
      const result = bounded(run, limitMs);
      if (result === null) slow += 1;
      return result?.value ?? null;
    } catch {
      // Not a valid schema, or it needs another document: it says nothing.
      return null;
    }
  };
  return {
    departures(pointer, value) {
      let validate = compiled.get(pointer);
      if (validate === undefined) {
        validate = inTime(() => compile(ajv, pointer));
        compiled.set(pointer, validate);
      }
      if (validate === null) return null;
      const check = validate;
      const found = inTime(() => (check(value) ? [] : (check.errors ?? []).map(departureOf)));
      if (found === null) compiled.set(pointer, null);
      return found;
    },
  };
}

/** Draft 7, as OpenRPC says, through 2019-09; 2020-12 where the document uses what only that has. */
function compiler(document: Specification["document"]): Ajv2019 | Ajv2020 {
  const text = JSON.stringify(document);
  const Compiler = /"(?:prefixItems|\$dynamicRef)":/.test(text) ? Ajv2020 : Ajv2019;
  const ajv = new Compiler({
    strict: false,
    allErrors: true,
    validateFormats: false,
    validateSchema: false,
    unicodeRegExp: false,
    logger: false,
  });
  ajv.addSchema({ ...document, $id: BASE });
  return ajv;
}

function compile(ajv: Ajv2019 | Ajv2020, pointer: string): ValidateFunction | null {
  const validate = ajv.getSchema(`${BASE}#${pointer}`);
  // One that answers later would count as met.
  return validate === undefined || "$async" in validate ? null : validate;
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

function departureOf({ instancePath, keyword, message, params }: SchemaError): Departure {
  const named =
    params["missingProperty"] ?? params["additionalProperty"] ?? params["unevaluatedProperty"];
  const place = typeof named === "string" ? `${instancePath}/${escaped(named)}` : instancePath;
  const what = {
    required: "is missing",
    dependentRequired: "is missing",
    additionalProperties: "is not in the specification",
    unevaluatedProperties: "is not in the specification",
    const: `must be ${JSON.stringify(params["allowedValue"])}`,
    enum: `must be one of ${JSON.stringify(params["allowedValues"])}`,
  }[keyword];
  return { place, what: (what ?? message ?? keyword).slice(0, 200) };
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
