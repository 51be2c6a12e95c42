import { z } from "zod";
import { loadSpecification } from "../stages/specification.ts";
import type { CommandContext } from "./define.ts";

/** `--spec`, the same for every command that takes it. */
export const specificationField = {
  spec: z
    .string()
    .min(1)
    .optional()
    .describe(
      "OpenRPC document, a file or URL: says of each finding which side departs from it; kept with the run",
    ),
};

/** The text of the specification that was given, read before any work is done; null where none was. */
export function givenSpecification(
  { spec }: { readonly spec?: string | undefined },
  { cwd, now, signal }: Pick<CommandContext, "cwd" | "now" | "signal">,
): Promise<string> | null {
  return spec === undefined ? null : loadSpecification(spec, { cwd, now, signal });
}
