import { readCustomers } from "../config/files/customers-file.ts";
import { customerTokens } from "../notice/keys.ts";

/** Pseudonym → name, of a customers file. Throws usage errors as `readCustomers` does. */
export function customerNames(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Map<string, string> {
  return new Map(
    readCustomers(file, customerTokens(env)).flatMap(({ name, pseudonyms }) =>
      pseudonyms.map(({ token }): [string, string] => [token, name]),
    ),
  );
}
