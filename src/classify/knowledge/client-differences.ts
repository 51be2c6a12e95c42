import { z } from "zod";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import { ALL_KINDS, type Kind } from "../../model/kinds.ts";
import { parseClientVersion } from "./client-version.ts";
import file from "./client-differences.json" with { type: "json" };

const row = z.strictObject({
  /** One of them is on one side, and another client on the other. */
  clients: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/)).min(1),
  kinds: z.array(z.enum(ALL_KINDS)).min(1),
  methods: z.array(z.string().min(1)).min(1),
  paths: z.array(z.string().min(1)).min(1),
  severity: z.enum(["risky", "info", "noise"]),
  why: z.string().min(1),
  source: z.url(),
});

/** What is known to differ between clients and to break nobody: it counts less where the upgrade is a switch of the client. */
export const CLIENT_DIFFERENCES: readonly ClientDifference[] = z
  .strictObject({ schemaVersion: z.literal(1), rows: z.array(row) })
  .parse(file).rows;

export type ClientDifference = z.output<typeof row>;

/** The clients of both sides where they are two, in lower case; null for one client, or where a side's is not known. */
export function clientSwitch(
  old: string | null,
  candidate: string | null,
): readonly [string, string] | null {
  const [before, after] = [parseClientVersion(old), parseClientVersion(candidate)];
  if (before === null || after === null || before.client === after.client) return null;
  return [before.client, after.client];
}

/** The row that says that a finding of such a switch breaks nobody, or undefined. */
export function clientDifference(
  { kind, method, path }: { readonly kind: Kind; readonly method: string; readonly path: string },
  between: readonly [string, string],
): ClientDifference | undefined {
  return CLIENT_DIFFERENCES.find(
    ({ clients, kinds, methods, paths }) =>
      between.some((client) => clients.includes(client)) &&
      kinds.includes(kind) &&
      methods.some((glob) => matchesMethod(glob, method)) &&
      paths.some((glob) => matchesPath(glob, path)),
  );
}
