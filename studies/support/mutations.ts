import { ETHEREUM_NULLABLE } from "../../src/chains/ethereum/nullable.ts";
import { toPointer, type Path } from "../../src/diff/path.ts";
import type { Kind } from "../../src/model/kinds.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { pick } from "./random.ts";

/** What a mutation did: the kind and path that a differ has to give, and no other. */
export interface Mutated {
  readonly kind: Kind;
  readonly path: string;
  readonly candidate: string;
}

type Random = () => number;
type Mutation = (response: JsonObject, random: Random) => Omit<Mutated, "kind"> | null;

/** A value inside a response, with its parent and where it stands. */
interface Place {
  readonly path: Path;
  readonly value: JsonValue;
  readonly parent: JsonValue[] | JsonObject;
  readonly key: string | number;
}

/** Every place of the result, outside of error objects: those have kinds of their own. */
function placesOf(response: JsonObject): Place[] {
  const places: Place[] = [];
  const visit = (value: JsonValue, path: Path): void => {
    if (typeof value !== "object" || value === null) return;
    const entries: [string | number, JsonValue][] = Array.isArray(value)
      ? value.map((item, index) => [index, item])
      : Object.entries(value);
    for (const [key, item] of entries) {
      if (key === "error" || key === "revertReason") continue;
      if (path.length === 0 && key !== "result") continue;
      const place = { path: [...path, key], value: item, parent: value, key };
      places.push(place);
      visit(item, place.path);
    }
  };
  visit(response, []);
  return places;
}

/** Changes one place that fits, in a copy. */
function at(
  fits: (place: Place) => boolean,
  change: (place: Place, random: Random) => void | Path,
): Mutation {
  return (response, random) => {
    const copy = structuredClone(response);
    const place = pick(placesOf(copy).filter(fits), random);
    if (place === undefined) return null;
    const path = change(place, random) ?? place.path;
    return { path: toPointer(path), candidate: JSON.stringify(copy) };
  };
}

function textOf({ value }: Place): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function set({ parent, key }: Place, value: JsonValue): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else parent[key] = value;
}

const inObject = ({ parent, path }: Place): boolean => !Array.isArray(parent) && path.length > 1;
const isName = ({ key }: Place): boolean =>
  typeof key === "string" && !/^(?:0x)?[0-9a-f]*$/i.test(key);
const field = (place: Place): boolean => inObject(place) && isName(place);
const below = ({ path }: Place): boolean => path.length > 1;
const isQuantity = ({ value }: Place): boolean =>
  typeof value === "string" && /^0x[1-9a-f][0-9a-f]{0,15}$/.test(value);
const isType = ({ key }: Place): boolean => key === "type";
const isFull = (value: JsonValue): boolean =>
  value !== null &&
  value !== "" &&
  value !== "0x" &&
  (typeof value !== "object" || Object.keys(value).length > 0);

/** Values that two fields often share by chance. */
const isZero = (value: JsonValue): boolean =>
  typeof value === "boolean" ||
  value === 0 ||
  (typeof value === "string" && /^(?:0x)?0*$/.test(value));

/** Renames a key in place, so that the order of keys stays. */
function rename({ parent, key }: Place, name: string): void {
  if (Array.isArray(parent)) return;
  const entries = Object.entries(parent);
  for (const [old] of entries) delete parent[old];
  for (const [old, value] of entries) parent[old === key ? name : old] = value;
}

function snake(name: string): string {
  const lower = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return lower === name ? `${name}Value` : lower;
}

function otherHex(text: string): string {
  const digit = text.at(-1) === "7" ? "5" : "7";
  return `${text.slice(0, -1)}${digit}`;
}

function lists(response: JsonObject, fits: (list: JsonValue[]) => boolean): Place[] {
  return placesOf(response).filter(({ value }) => Array.isArray(value) && fits(value));
}

const distinct = (list: JsonValue[]): boolean =>
  new Set(list.map((item) => JSON.stringify(item))).size === list.length;

function onList(
  fits: (list: JsonValue[]) => boolean,
  change: (list: JsonValue[], random: Random) => number | null,
): Mutation {
  return (response, random) => {
    const copy = structuredClone(response);
    const place = pick(lists(copy, fits), random);
    if (place === undefined || !Array.isArray(place.value)) return null;
    const index = change(place.value, random);
    const path = index === null ? place.path : [...place.path, index];
    return { path: toPointer(path), candidate: JSON.stringify(copy) };
  };
}

/** Another item of the same shape: every hex value of 4 digits and more is another one. */
function sibling(item: JsonValue): JsonValue {
  if (typeof item === "string")
    return /^0x[0-9a-f]{4,}$/i.test(item) ? `0x9e${item.slice(4)}` : `${item}9e`;
  if (typeof item === "number") return item + 7;
  if (Array.isArray(item)) return item.map(sibling);
  if (item === null || typeof item === "boolean") return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, sibling(value)]));
}

function shuffle(list: JsonValue[]): null {
  const [first, ...others] = list;
  list.splice(0, list.length, ...others, first ?? null);
  return null;
}

/** The whole answer becomes another one. */
function answer(fits: (response: JsonObject) => boolean, next: JsonObject, path: string): Mutation {
  return (response) => {
    if (!fits(response)) return null;
    const { id, jsonrpc } = response;
    return { path, candidate: JSON.stringify({ jsonrpc: jsonrpc ?? "2.0", id: id ?? 1, ...next }) };
  };
}

const isResult = (response: JsonObject): boolean =>
  response["result"] !== undefined && response["result"] !== null;
const isNull = (response: JsonObject): boolean => response["result"] === null;
const isError = (response: JsonObject): boolean =>
  typeof response["error"] === "object" && response["error"] !== null;

/** Said of a method that old does not have: the mirror of that is another kind. */
const isMissing = (response: JsonObject): boolean =>
  /does not exist|-32601/.test(JSON.stringify(response["error"]));

function onError(change: (error: JsonObject) => string | null): Mutation {
  return (response) => {
    const copy = structuredClone(response);
    const { error } = copy;
    if (typeof error !== "object" || error === null || Array.isArray(error)) return null;
    const member = change(error);
    return member === null ? null : { path: `/error/${member}`, candidate: JSON.stringify(copy) };
  };
}

/** One mutation for each kind that one pair can show. */
export const MUTATIONS: readonly (readonly [Kind, Mutation])[] = [
  [
    "field-removed",
    at(
      (place) => field(place) && place.value !== null,
      ({ parent, key }) => {
        if (!Array.isArray(parent)) delete parent[key];
      },
    ),
  ],
  [
    "null-vs-absent",
    at(
      (place) => field(place) && place.value === null,
      ({ parent, key }) => {
        if (!Array.isArray(parent)) delete parent[key];
      },
    ),
  ],
  [
    "null-vs-absent",
    at(
      (place) => inObject(place) && ETHEREUM_NULLABLE.has(String(place.key)),
      ({ parent, path }) => {
        const name = ["contractAddress", "creates", "revertReason"].find(
          (name) => !Object.hasOwn(parent, name),
        );
        if (name === undefined || Array.isArray(parent)) return path;
        parent[name] = null;
        return [...path.slice(0, -1), name];
      },
    ),
  ],
  [
    "field-added",
    at(field, ({ parent, path }, random) => {
      if (!Array.isArray(parent))
        parent["extraField"] =
          pick<JsonValue>(["0x5f1e2d", 77, true, ["0x1"], { a: 1 }, null], random) ?? null;
      return [...path.slice(0, -1), "extraField"];
    }),
  ],
  [
    "field-renamed",
    at(
      (place) => field(place) && place.value !== null,
      (place) => rename(place, snake(String(place.key))),
    ),
  ],
  [
    "field-renamed",
    at(
      (place) => field(place) && isFull(place.value) && !isZero(place.value),
      (place) => rename(place, "anotherName"),
    ),
  ],
  ["type-changed", at(isQuantity, (place) => set(place, Number.parseInt(textOf(place), 16)))],
  [
    "type-changed",
    at(
      ({ value }) => typeof value === "boolean",
      (place) => set(place, textOf(place)),
    ),
  ],
  [
    "type-changed",
    at(
      ({ value, path }) => path.length > 0 && typeof value === "string" && value.length > 2,
      (place) => set(place, { value: place.value }),
    ),
  ],
  [
    "type-changed",
    at(
      ({ value }) => typeof value === "number",
      (place) => set(place, `0x${Math.abs(Number(textOf(place))).toString(16)}`),
    ),
  ],
  ["encoding-changed", at(isQuantity, (place) => set(place, BigInt(textOf(place)).toString()))],
  ["encoding-changed", at(isQuantity, (place) => set(place, `0x0${textOf(place).slice(2)}`))],
  [
    "encoding-changed",
    at(
      ({ value }) => typeof value === "string" && /^0x[0-9a-f]{8,}$/.test(value),
      (place) => set(place, textOf(place).slice(2)),
    ),
  ],
  [
    "letter-case-changed",
    at(
      ({ value }) => typeof value === "string" && /^0x[0-9]*[a-f][0-9a-f]*$/.test(value),
      (place) => set(place, `0x${textOf(place).slice(2).toUpperCase()}`),
    ),
  ],
  [
    "value-changed",
    at(
      (place) =>
        !isType(place) && typeof place.value === "string" && /^0x[0-9a-f]+$/i.test(place.value),
      (place) => set(place, otherHex(textOf(place))),
    ),
  ],
  [
    "value-changed",
    at(
      ({ value }) => typeof value === "number",
      (place) => set(place, Number(textOf(place)) + 1),
    ),
  ],
  [
    "value-changed",
    at(
      ({ value }) => typeof value === "boolean",
      (place) => set(place, place.value !== true),
    ),
  ],
  [
    "value-to-null",
    at(
      (place) => below(place) && isFull(place.value) && typeof place.value !== "boolean",
      (place) => set(place, null),
    ),
  ],
  [
    "null-to-value",
    at(
      (place) => below(place) && place.value === null,
      (place) => set(place, "0x5f1e2d"),
    ),
  ],
  [
    "empty-vs-null",
    at(
      (place) => below(place) && place.value !== null && !isFull(place.value),
      (place) => set(place, null),
    ),
  ],
  [
    "empty-vs-null",
    at(
      (place) => below(place) && place.value === null,
      (place, random) => set(place, pick<JsonValue>([[], "0x", "", {}], random) ?? null),
    ),
  ],
  [
    "enum-value-added",
    at(
      (place) =>
        place.key === "type" && typeof place.value === "string" && /^0x[0-4]$/.test(place.value),
      (place) => set(place, "0x7e"),
    ),
  ],
  [
    "array-items-missing",
    onList(
      (list) => list.length > 0 && distinct(list),
      (list, random) => {
        const index = Math.floor(random() * list.length);
        list.splice(index, 1);
        return index;
      },
    ),
  ],
  [
    "array-items-added",
    onList(
      (list) => list.length > 0 && distinct(list),
      (list, random) => {
        const index = Math.floor(random() * (list.length + 1));
        list.splice(index, 0, sibling(list[Math.min(index, list.length - 1)] ?? null));
        return index;
      },
    ),
  ],
  ["array-order-changed", onList((list) => list.length > 1 && distinct(list), shuffle)],
  [
    "error-code-changed",
    onError((error) => {
      error["code"] = -32099;
      return "code";
    }),
  ],
  [
    "error-message-changed",
    onError((error) => {
      error["message"] = "something else went wrong";
      return "message";
    }),
  ],
  [
    "error-data-added",
    onError((error) => {
      if (error["data"] !== undefined) return null;
      error["data"] = "0x08c379a0";
      return "data";
    }),
  ],
  [
    "error-data-lost",
    onError((error) => {
      if (error["data"] === undefined) return null;
      delete error["data"];
      return "data";
    }),
  ],
  [
    "error-data-changed",
    onError((error) => {
      // Data that is empty counts as none.
      if (typeof error["data"] !== "string" || error["data"] === "0x") return null;
      error["data"] = `${error["data"]}ff`;
      return "data";
    }),
  ],
  [
    "result-to-error",
    answer(isResult, { error: { code: -32000, message: "internal failure" } }, ""),
  ],
  [
    "method-removed",
    answer(
      isResult,
      { error: { code: -32601, message: "the method does not exist/is not available" } },
      "",
    ),
  ],
  [
    "limit-changed",
    answer(
      isResult,
      { error: { code: -32005, message: "query returned more than 10000 results" } },
      "",
    ),
  ],
  ["result-to-null", answer(isResult, { result: null }, "/result")],
  ["null-to-result", answer(isNull, { result: "0x1" }, "/result")],
  ["null-to-error", answer(isNull, { error: { code: -32000, message: "not found" } }, "")],
  [
    "error-to-result",
    answer((response) => isError(response) && !isMissing(response), { result: "0x1" }, ""),
  ],
  [
    "malformed-response",
    (response) => ({ path: "", candidate: JSON.stringify(response).slice(0, -2) }),
  ],
  [
    "envelope-changed",
    (response) => ({
      path: "/id",
      candidate: JSON.stringify({ ...response, id: `x${JSON.stringify(response["id"] ?? 1)}` }),
    }),
  ],
  [
    "serialisation-changed",
    (response) => ({ path: "", candidate: JSON.stringify(response, null, 1) }),
  ],
];
