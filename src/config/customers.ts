import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { usageError } from "../errors.ts";

/** `cus_` and 16 hex digits: what a recording holds in place of a key. */
const TOKEN = /^cus_[0-9a-f]{16}$/;

const word = z.string().trim();
const blank = z.literal("").transform(() => undefined);
const optional = <T extends z.ZodType>(type: T) => z.union([blank, type]).optional();
/** Addresses go into mail headers: no white space, no line ends, one address. */
const address = z.email().max(254);
const webhook = z
  .string()
  .refine((value) => ["http:", "https:"].includes(URL.parse(value)?.protocol ?? ""), {
    error: "expected an http or https URL",
  });

const rowSchema = z.strictObject({
  account: word.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error: "expected letters, digits, dots, dashes and underscores",
  }),
  /** An API key, or its token. Only the token is kept. */
  key: optional(word),
  /** What the customer calls the app that has this key. */
  app: optional(word.max(100)),
  name: optional(word.max(200)),
  email: optional(address),
  slack: optional(word.regex(/^#?[a-z0-9][a-z0-9_-]{0,79}$/, { error: "expected a channel name" })),
  webhook: optional(webhook),
  language: optional(
    word.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/, { error: "expected a language such as en" }),
  ),
  owner: optional(word.max(200)),
});

type Row = z.output<typeof rowSchema>;

/** One customer, with every pseudonym that is theirs. No key. */
export interface Account {
  readonly account: string;
  readonly name: string;
  readonly email: string | null;
  /** Channel name without the leading #. */
  readonly slack: string | null;
  readonly webhook: string | null;
  readonly language: string;
  /** Who at the provider looks after them. */
  readonly owner: string | null;
  readonly pseudonyms: readonly { readonly token: string; readonly app: string | null }[];
}

/** Turns a secret into its token with the recording's key. */
export type TokenOf = (secret: string) => string;

/**
 * The accounts of a customers file: CSV with a header line (a row a key), or YAML (a list of accounts, each with `keys`).
 * Keys become tokens here and are not kept; error messages name lines and columns, never a value that may be a key.
 * @param path names the file in messages, and says by its ending which of the two it is
 * @param tokenOf null when no key of the recording is at hand: the file may then hold tokens only
 */
export function parseCustomers(source: string, path: string, tokenOf: TokenOf | null): Account[] {
  const rows = /\.(ya?ml|json)$/i.test(path) ? fromYaml(source, path) : fromCsv(source, path);
  return accountsOf(rows, tokenOf, path);
}

type Placed = { readonly place: string; readonly row: Row };

function fromCsv(source: string, path: string): Placed[] {
  let records: Record<string, string>[];
  try {
    records = parseCsv(source, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    // csv-parse quotes the offending text, which may be a key: only the line is repeated.
    const line = (error as { lines?: number }).lines;
    throw usageError(
      `The customers file ${path} is not CSV${line === undefined ? "" : ` (line ${line})`}.`,
    );
  }
  return records.map((record, index) => checked(record, `${path}, row ${index + 1}`));
}

function fromYaml(source: string, path: string): Placed[] {
  let document: unknown;
  try {
    document = parseYaml(source);
  } catch {
    throw usageError(`The customers file ${path} is not YAML.`);
  }
  if (!Array.isArray(document))
    throw usageError(`The customers file ${path} must be a list of accounts.`);
  return document.flatMap((entry: unknown, index) => {
    const place = `${path}, entry ${index + 1}`;
    const { keys = [], ...rest } = (entry ?? {}) as Record<string, unknown>;
    if (!Array.isArray(keys)) throw usageError(`${place}: keys must be a list.`);
    const parts = keys.map((key: unknown) => (typeof key === "string" ? { key } : (key as object)));
    return (parts.length === 0 ? [{}] : parts).map((part) => checked({ ...rest, ...part }, place));
  });
}

function checked(record: unknown, place: string): Placed {
  const parsed = rowSchema.safeParse(record);
  if (parsed.success) return { place, row: parsed.data };
  throw usageError(`${place} can't be used:`, {
    details: parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown column ${issue.keys.join(", ")}; known: ${Object.keys(rowSchema.shape).join(", ")}`
        : `${issue.path.join(".")}: ${issue.code === "invalid_union" ? "not in a form that can be used" : issue.message}`,
    ),
  });
}

function accountsOf(rows: readonly Placed[], tokenOf: TokenOf | null, path: string): Account[] {
  const owners = new Map<string, string>();
  const accounts = new Map<
    string,
    { first: Row; merged: Row; pseudonyms: Account["pseudonyms"][number][] }
  >();
  for (const { place, row } of rows) {
    const entry = accounts.get(row.account) ?? { first: row, merged: row, pseudonyms: [] };
    entry.merged = merged(entry.merged, row, place);
    accounts.set(row.account, entry);
    if (row.key === undefined) continue;
    const token = tokenFor(row.key, tokenOf, path);
    const owner = owners.get(token);
    if (owner !== undefined && owner !== row.account)
      throw usageError(
        `${place}: the key of account "${row.account}" stands at account "${owner}" too.`,
      );
    if (owner === undefined) entry.pseudonyms.push({ token, app: row.app ?? null });
    owners.set(token, row.account);
  }
  return [...accounts.values()].map(({ merged: row, pseudonyms }) => ({
    account: row.account,
    name: row.name ?? row.account,
    email: row.email ?? null,
    slack: row.slack?.replace(/^#/, "") ?? null,
    webhook: row.webhook ?? null,
    language: row.language ?? "en",
    owner: row.owner ?? null,
    pseudonyms,
  }));
}

/** Later rows of an account may leave columns out, but may not contradict: a notice must not go to a wrong address. */
function merged(known: Row, row: Row, place: string): Row {
  for (const column of ["name", "email", "slack", "webhook", "language", "owner"] as const) {
    if (known[column] !== undefined && row[column] !== undefined && known[column] !== row[column])
      throw usageError(
        `${place}: account "${row.account}" has two different values in column ${column}.`,
      );
  }
  const given = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  return { ...known, ...given };
}

function tokenFor(key: string, tokenOf: TokenOf | null, path: string): string {
  if (TOKEN.test(key)) return key;
  if (tokenOf !== null) return tokenOf(key);
  throw usageError(
    `The customers file ${path} holds API keys, and the recording's key is not at hand to hash them.`,
    {
      details: ["Give the recording's HMAC key, or put the cus_ tokens in the column key."],
    },
  );
}
