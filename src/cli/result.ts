import { z } from "zod";
import type { Io } from "./io.ts";
import { print } from "./print.ts";

/** The option of every command that has a result a program would read. */
export const jsonField = {
  json: z.boolean().default(false).describe("print the result as JSON"),
};

/** Prints a result: as JSON, alone on stdout, or as text for people. */
export function printResult(
  { stdout }: Pick<Io, "stdout">,
  json: boolean,
  value: unknown,
  text: string,
): Promise<void> {
  return print(stdout, json ? `${JSON.stringify(value, null, 2)}\n` : text);
}
