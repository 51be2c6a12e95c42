import type { JsonValue } from "../../src/model/json.ts";

/** One thing done to an answer that some client would break on. */
export interface MutatedAnswer {
  readonly what: string;
  readonly value: JsonValue;
}

const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,30})$/i;
const DECIMAL = /^\d+$/;

/** Every field dropped, number quoted, text of a number unquoted, quantity padded and list emptied, one at a time. */
export function mutationsOf(answer: JsonValue): MutatedAnswer[] {
  const found: MutatedAnswer[] = [];
  const visit = (
    value: JsonValue,
    path: string,
    put: (next: JsonValue | undefined) => JsonValue,
  ): void => {
    const add = (what: string, next: JsonValue | undefined): void => {
      found.push({ what: `${what} ${path}`, value: put(next) });
    };
    if (typeof value === "number") add("quoted", String(value));
    if (typeof value === "string" && (QUANTITY.test(value) || DECIMAL.test(value)))
      add("unquoted", Number(value));
    if (typeof value === "string" && QUANTITY.test(value))
      add("padded", value.replace("0x", "0x0"));
    if (typeof value === "boolean") add("quoted", String(value));
    if (Array.isArray(value)) {
      if (value.length > 0) add("emptied", []);
      for (const [index, item] of value.entries())
        visit(item, `${path}/${index}`, (next) =>
          put(value.map((other, place) => (place === index ? (next ?? null) : other))),
        );
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inside] of Object.entries(value)) {
        const { [key]: _, ...rest } = value;
        found.push({ what: `dropped ${path}/${key}`, value: put(rest) });
        visit(inside, `${path}/${key}`, (next) => put({ ...value, [key]: next ?? null }));
      }
    }
  };
  visit(answer, "", (next) => next ?? null);
  return found;
}
