import { percentText, plural, whole } from "../../words.ts";
import { visible } from "../view/text.ts";
import type { FindingView, ReportView } from "../view/view.ts";
import { compressed } from "./details.ts";
import type { Blob } from "./details.ts";

/** What the page's script filters by, for every finding, and the row of those that are not in the page. */
export function rowsBlob(
  view: ReportView,
  html: { readonly rows: readonly string[]; readonly groups: readonly string[] },
  inline: number,
  chunkOf: ReadonlyMap<string, number>,
): Blob {
  const customers = new Map(view.customers.map((customer, index) => [customer.id, index]));
  const groupOf = new Map(
    view.groups.flatMap(({ fingerprints }, index) =>
      fingerprints.map((fingerprint) => [fingerprint, index] as const),
    ),
  );
  return compressed("rows", {
    customers: view.customers.map((customer) => visible(customer.id)),
    cards: view.customers.map(card),
    groups: html.groups,
    rows: view.findings.map((finding, index) => ({
      fingerprint: finding.fingerprint,
      severity: finding.severity,
      kind: finding.kind,
      method: visible(finding.method),
      status: finding.status,
      since: finding.since,
      customers: bits(finding.customerIds, customers),
      group: groupOf.get(finding.fingerprint) ?? 0,
      path: visible(finding.path),
      title: visible(finding.title),
      calls: finding.calls,
      share: finding.share,
      reach: finding.customerCount,
      confidence: finding.confidence,
      text: searchText(finding),
      chunk: chunkOf.get(finding.fingerprint) ?? null,
      html: index < inline ? null : html.rows[index],
    })),
  });
}

/** What is shown of a customer when the findings are theirs alone. */
function card(customer: ReportView["customers"][number]): { text: string; notice: string | null } {
  const { id, name, calls, compared, affected, breaking, risky, libraries, notice } = customer;
  const text = [
    `${name === null ? id : `${name} (${id})`}: ${plural(calls, "call")}, ${whole(compared)} compared`,
    `${percentText(affected)} of theirs affected`,
    `${whole(breaking)} breaking and ${whole(risky)} risky findings`,
    ...(libraries.length === 0 ? [] : [`seen with ${libraries.join(", ")}`]),
  ].join("; ");
  return { text: visible(text), notice };
}

/** Lower-case text that the search box looks in. */
function searchText(finding: FindingView): string {
  const { fingerprint, kind, severity, confidence, status, method, path, title, knownChange } =
    finding;
  const words = [fingerprint, kind, severity, confidence, status, method, path, title];
  const values = finding.variants.flatMap(({ old, candidate }) => [old, candidate]);
  const clients = finding.clients.map(({ name, version }) => `${name} ${version}`);
  const known =
    knownChange === null ? [] : [knownChange.client, knownChange.version, knownChange.summary];
  return visible([...words, ...values, ...clients, ...known].join(" ").toLowerCase());
}

/** Which of the report's customers a finding has, one bit each, as base64. */
function bits(ids: readonly string[], customers: ReadonlyMap<string, number>): string {
  const bytes = Buffer.alloc(Math.ceil(customers.size / 8));
  for (const id of ids) {
    const index = customers.get(id);
    if (index !== undefined) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes.toString("base64");
}
