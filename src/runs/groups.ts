import type Database from "better-sqlite3";
import type { Comparison } from "../model/comparison.ts";
import type { Difference } from "../model/difference.ts";
import type { JsonValue } from "../model/json.ts";
import { fingerprint } from "../classify/fingerprint.ts";
import { rankOf } from "./rank.ts";
import { SHAPES } from "./table-shapes.ts";
import { boundedTable, countingTable } from "./tables.ts";
import { weighed } from "./weighed.ts";
import { NOISE_KINDS } from "../model/kinds.ts";

/** Keys of a table: values that begin alike for so long are one variant. */
const VARIANT_CHARACTERS = 200;

/** One finding's part in one call: its differences of the same kind and pattern. */
export interface CallGroup {
  readonly fingerprint: string;
  readonly differences: readonly Difference[];
}

export interface Groups {
  /** Counts a call's findings and gives them back, for samples. */
  add(comparison: Comparison): readonly CallGroup[];
  flush(): void;
}

export function groups(database: Database.Database): Groups {
  const findings = countingTable(database, SHAPES.findings);
  const causes = countingTable(database, SHAPES.causes);
  const customers = countingTable(database, SHAPES.findingCustomers);
  const clients = countingTable(database, SHAPES.clients);
  const targets = countingTable(database, SHAPES.targets);
  const signatures = countingTable(database, SHAPES.signatures);
  const places = boundedTable(database, SHAPES.places);
  const variants = boundedTable(database, SHAPES.variants);

  const addGroup = (comparison: Comparison, group: CallGroup): void => {
    const { confidence, customer, client } = comparison;
    const { weight, square } = weighed(comparison.weight);
    const sums = [1, weight, square];
    const [first] = group.differences as readonly [Difference, ...Difference[]];
    findings.add(
      [group.fingerprint, first.kind, comparison.method, first.pattern],
      [
        ...sums,
        confidence === "confirmed" ? 1 : 0,
        confidence === "probable" ? 1 : 0,
        confidence === "flaky" ? 1 : 0,
      ],
    );
    const cause = causeOf(comparison.method, group.differences);
    if (cause !== null && cause !== group.fingerprint) causes.add([group.fingerprint, cause], [1]);
    if (customer !== null) customers.add([group.fingerprint, customer], sums, comparison.at);
    if (client !== null)
      clients.add([group.fingerprint, client.name, client.version, customer ?? ""], [1]);
    targets.add([group.fingerprint, comparison.targets.candidate], [1]);
    for (const { path, old, candidate } of group.differences) {
      places.add(group.fingerprint, rankOf(path), [path], [1]);
      const texts = [shortText(old), shortText(candidate)];
      variants.add(group.fingerprint, rankOf(texts.join("\u0000")), texts, [1]);
    }
  };

  return {
    add(comparison) {
      const own = groupsOf(comparison);
      if (own.length === 0) return own;
      for (const group of own) addGroup(comparison, group);
      const { weight, square } = weighed(comparison.weight);
      signatures.add(
        [
          comparison.method,
          comparison.customer ?? "",
          own
            .map((group) => group.fingerprint)
            .sort()
            .join(" "),
          comparison.confidence,
        ],
        [1, weight, square],
      );
      return own;
    },
    flush() {
      for (const table of [
        findings,
        causes,
        customers,
        clients,
        targets,
        signatures,
        places,
        variants,
      ])
        table.flush();
    },
  };
}

function groupsOf({ method, differences }: Comparison): CallGroup[] {
  const byId = new Map<string, Difference[]>();
  for (const difference of differences) {
    if (NOISE_KINDS.has(difference.kind)) continue;
    const id = `${difference.kind} ${difference.pattern}`;
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [difference]);
    else known.push(difference);
  }
  return [...byId.values()].map((own) => ({
    fingerprint: fingerprint(own[0]!.kind, method, own[0]!.pattern),
    differences: own,
  }));
}

/** The finding that explains all of a call's differences of one group, or null when one stands by itself. */
function causeOf(method: string, differences: readonly Difference[]): string | null {
  const [first] = differences;
  if (first?.causedBy === undefined || differences.some(({ causedBy }) => causedBy === undefined))
    return null;
  return fingerprint(first.causedBy.kind, method, first.causedBy.pattern);
}

function shortText(value: JsonValue | undefined): string {
  if (value === undefined) return "(absent)";
  const text =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, VARIANT_CHARACTERS))
      : JSON.stringify(value);
  return text.length > VARIANT_CHARACTERS ? `${text.slice(0, VARIANT_CHARACTERS)}…` : text;
}
