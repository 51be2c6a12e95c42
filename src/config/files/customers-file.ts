import { readFileSync } from "node:fs";
import { usageError } from "../../errors.ts";
import { parseCustomers, type Account, type TokenOf } from "../customers.ts";

/** Reads a customers file. @throws usage error that names the file, line and column, never a value */
export function readCustomers(path: string, tokenOf: TokenOf | null): Account[] {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (cause) {
    throw usageError(`The customers file ${path} can't be read.`, { cause });
  }
  return parseCustomers(source, path, tokenOf);
}
