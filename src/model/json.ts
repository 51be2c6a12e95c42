/** A JSON value as `JSON.parse` gives it. Number texts that a double would change are kept by the differ (see diff/). */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };
