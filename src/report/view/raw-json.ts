interface RawJson {
  rawJSON?: (text: string) => unknown;
}

/**
 * A JSON text as a value that `JSON.stringify` writes back with the same number texts (9007199254740993 stays itself), or the
 * text itself where it is not JSON.
 */
export function readJson(text: string): unknown {
  const raw = (JSON as RawJson).rawJSON;
  try {
    if (raw === undefined || !/\d{16}|\d[.eE]\d|-0/.test(text)) return JSON.parse(text);
    return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && context?.source !== undefined && String(value) !== context.source
        ? raw(context.source)
        : value,
    );
  } catch {
    return text;
  }
}
