import type { Severity } from "../../src/model/kinds.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";

/** One thing done to an answer. */
export interface MutatedAnswer {
  /** What was done, as one word, and where, as a JSON pointer; `what` is both. */
  readonly operation: string;
  readonly path: string;
  readonly what: string;
  readonly value: JsonValue;
  /** The least that is to be said of it. */
  readonly least: Severity;
}

const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,30})$/i;
const HEX = /^0x[0-9a-f]*$/i;
const DECIMAL = /^\d+$/;
/** A hash or an address, whose length is fixed. */
const FIXED = /^0x(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

/**
 * Everything that clients break on, done to an answer at each of its places, one at a time: a field dropped or renamed, a
 * number quoted, a text unquoted, a quantity padded or written as a decimal, a value that is null, wrapped or a list, a list
 * that is emptied or holds a null.
 */
export function mutationsOf(answer: JsonValue): MutatedAnswer[] {
  const found: Found[] = [];
  visit(answer, "", (next) => next, found);
  return found.map((one) => ({ ...one, what: `${one.operation} ${one.path}` }));
}

type Found = Omit<MutatedAnswer, "what">;

type Put = (next: JsonValue) => JsonValue;

function visit(value: JsonValue, path: string, put: Put, found: Found[]): void {
  for (const [operation, next, least] of ofValue(value))
    found.push({ operation, path, value: put(next), least });
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      visit(item, `${path}/${index}`, (next) => put(value.with(index, next)), found);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inside] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      const at = `${path}/${key}`;
      const gone = inside === null ? "risky" : "breaking";
      found.push({ operation: "dropped", path: at, value: put(rest), least: gone });
      const renamed = { ...rest, [`${key}New`]: inside };
      const other = inside === null ? "info" : "breaking";
      found.push({ operation: "renamed", path: at, value: put(renamed), least: other });
      visit(inside, at, (next) => put({ ...value, [key]: next }), found);
    }
  }
}

type Done = readonly [operation: string, next: JsonValue, least: Severity];

function ofValue(value: JsonValue): Done[] {
  if (value === null) return [["filled", "x", "info"]];
  // An empty value that is null is less to the severity rules: it is a kind of its own there.
  const nulled = isEmpty(value) ? "risky" : "breaking";
  const any: Done[] = [["nulled", null, nulled]];
  if (!isEmpty(value))
    any.push(["wrapped", { value }, "breaking"], ["listed", [value], "breaking"]);
  if (typeof value === "number") return [...any, ...ofNumber(value)];
  if (typeof value === "boolean") return [...any, ...ofBoolean(value)];
  if (typeof value === "string") return [...any, ...ofText(value)];
  any.push(["as-text", JSON.stringify(value), "breaking"], ["flagged", true, "breaking"]);
  if (!Array.isArray(value))
    return isEmpty(value) ? any : [...any, ["values-listed", Object.values(value), "breaking"]];
  return [...any, ...ofList(value)];
}

function ofNumber(value: number): Done[] {
  return [
    ["quoted", String(value), "breaking"],
    ["hexed", `0x${Math.trunc(Math.abs(value)).toString(16)}`, "breaking"],
    ["flagged", false, "breaking"],
  ];
}

function ofBoolean(value: boolean): Done[] {
  return [
    ["quoted", String(value), "breaking"],
    ["numbered", Number(value), "breaking"],
    ["hexed", value ? "0x1" : "0x0", "breaking"],
  ];
}

function ofText(value: string): Done[] {
  const done: Done[] = [["numbered", 7, "breaking"]];
  if (QUANTITY.test(value) || DECIMAL.test(value))
    done.push(["unquoted", Number(value), "breaking"]);
  if (QUANTITY.test(value)) {
    done.push(["padded", value.replace("0x", "0x0"), "breaking"]);
    done.push(["padded-to-32", `0x${value.slice(2).padStart(64, "0")}`, "breaking"]);
    done.push(["decimal", BigInt(value).toString(), "breaking"]);
  }
  if (HEX.test(value)) done.push(["unprefixed", value.slice(2), "breaking"]);
  if (HEX.test(value) && /[a-f]/.test(value))
    done.push(
      ["capitals", `0x${value.slice(2).toUpperCase()}`, "risky"],
      ["all-capitals", value.toUpperCase(), "risky"],
    );
  if (value === "0x0") done.push(["bare", "0x", "breaking"]);
  if (value === "0x") done.push(["zero", "0x0", "breaking"]);
  if (FIXED.test(value)) done.push(["cut", value.slice(0, -2), "breaking"]);
  return done;
}

function ofList(value: readonly JsonValue[]): Done[] {
  if (value.length === 0) return [["as-object", {}, "breaking"]];
  const done: Done[] = [
    ["emptied", [], "breaking"],
    ["as-object", Object.fromEntries(value.entries()), "breaking"],
    ["items-listed", value.map((item) => [item]), "breaking"],
  ];
  if (value.every((item) => item !== null && !isEmpty(item)))
    done.push(
      ["null-added", [...value, null], "breaking"],
      ["last-nulled", [...value.slice(0, -1), null], "breaking"],
    );
  return done;
}

function isEmpty(value: JsonValue): boolean {
  if (value === "" || value === "0x") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The same with a second item, of other values, in each list of one object: what befalls only that one is told as well. */
export function withSecondItems(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map(withSecondItems);
    const [first = null] = items;
    const isObjects = items.length === 1 && typeof first === "object" && first !== null;
    return isObjects ? [first, otherValues(first)] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return mapped(value, withSecondItems);
}

/** Other values of the same forms all over. */
export function otherValues(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(otherValues);
  if (typeof value === "object" && value !== null) return mapped(value, otherValues);
  return otherValue(value);
}

/** Another value of the same form: the next number, another last digit; words stay. */
export function otherValue(value: JsonValue): JsonValue {
  if (typeof value === "number") return Number.isInteger(value) ? value + 1 : value * 1.01;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return value;
  if (QUANTITY.test(value)) return `0x${(BigInt(value) + 1n).toString(16)}`;
  if (HEX.test(value) && value.length > 2)
    return value.slice(0, -1) + (value.endsWith("7") ? "8" : "7");
  return DECIMAL.test(value) ? String(BigInt(value) + 1n) : value;
}

function mapped(value: JsonObject, change: (inside: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, change(inside)]));
}
