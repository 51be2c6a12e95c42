import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { SpecifiedMethod } from "./read-specification.ts";
import type { Departure, Schemas } from "./schemas.ts";

/** How a whole answer stands to its method: `unknown` where the specification says nothing of such an answer. */
export interface AnswerStanding {
  readonly is: "conforms" | "departs" | "unknown";
  readonly departures: readonly Departure[];
  /** An error whose code is not listed: OpenRPC lists what may be given, so two of them show nothing. */
  readonly unlisted?: true;
}

const CONFORMS: AnswerStanding = { is: "conforms", departures: [] };
const UNKNOWN: AnswerStanding = { is: "unknown", departures: [] };

const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

/**
 * Results are held against the result's schema, errors against the method's errors: where those are listed, a code that is
 * not among them departs, and where they are not, nothing is said of errors. That a specified method is not there departs;
 * that parameters are refused which the specification itself does not allow conforms.
 */
export function standingOf(
  answer: JsonObject,
  request: JsonValue,
  method: SpecifiedMethod,
  schemas: Schemas,
): AnswerStanding {
  if (answer["error"] !== undefined && answer["error"] !== null)
    return errorStanding(answer["error"], request, method, schemas);
  if (answer["result"] === undefined || method.result === null) return UNKNOWN;
  const departures = schemas.departures(method.result, answer["result"]);
  if (departures === null) return UNKNOWN;
  return departures.length === 0
    ? CONFORMS
    : { is: "departs", departures: within("/result", departures) };
}

function errorStanding(
  error: JsonValue,
  request: JsonValue,
  method: SpecifiedMethod,
  schemas: Schemas,
): AnswerStanding {
  const code = isObject(error) ? error["code"] : undefined;
  if (!isObject(error) || typeof code !== "number" || !Number.isInteger(code))
    return departs("/error/code", "must be an integer");
  const listed = method.errors?.find((one) => one.code === code);
  if (listed !== undefined) {
    if (listed.data === null || error["data"] === undefined) return CONFORMS;
    const departures = schemas.departures(listed.data, error["data"]);
    if (departures === null) return UNKNOWN;
    return departures.length === 0
      ? CONFORMS
      : { is: "departs", departures: within("/error/data", departures) };
  }
  if (code === METHOD_NOT_FOUND)
    return departs("", "is a method of the specification, and is not there");
  if (code === INVALID_PARAMS && !isAllowed(request, method, schemas)) return CONFORMS;
  // JSON-RPC's own codes may answer anything; others only what is not said.
  const isReserved = code >= -32768 && code <= -32600;
  if (method.errors === null || isReserved) return UNKNOWN;
  const codes = [...new Set(method.errors.map((one) => one.code))].slice(0, 8).join(", ");
  const unlisted = departs("/error/code", `${code} is not among the method's errors (${codes})`);
  return { ...unlisted, unlisted: true };
}

function departs(place: string, what: string): AnswerStanding {
  return { is: "departs", departures: [{ place, what }] };
}

export function within(prefix: string, departures: readonly Departure[]): Departure[] {
  return departures.map(({ place, what }) => ({ place: `${prefix}${place}`, what }));
}

/** Whether the request's parameters, by position or by name, are as the specification has them. */
function isAllowed(request: JsonValue, { parameters }: SpecifiedMethod, schemas: Schemas): boolean {
  const given = (isObject(request) ? request["params"] : undefined) ?? [];
  if (Array.isArray(given) && given.length > parameters.length) return false;
  return parameters.every(({ name, required, schema }, index) => {
    const value = Array.isArray(given) ? given[index] : isObject(given) ? given[name] : undefined;
    if (value === undefined) return !required;
    if (value === null && !required) return true;
    return schema === null || (schemas.departures(schema, value) ?? []).length === 0;
  });
}
