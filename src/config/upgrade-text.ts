/** What is known of an upgrade when its folder is made. */
export interface KnownFacts {
  readonly client: string;
  readonly from: string | null;
  readonly to: string;
  readonly releaseNotes: string | null;
  readonly urgency: "optional" | "recommended" | "mandatory" | "security";
  /** RFC 3339: when the network changes, by the notes; null where they do not say. */
  readonly forkAt: string | null;
  readonly rollback: boolean;
}

/** `upgrade.yaml` with what is known filled in and a comment at what only the team knows. */
export function upgradeText(known: KnownFacts): string {
  const { client, from, to, releaseNotes, urgency, forkAt, rollback } = known;
  const id = `${client}-${to}`.toLowerCase().replaceAll(/[^a-z0-9.-]/g, "-");
  return `# The facts of one upgrade that no traffic can tell. Times with their zone. Every line marked CHANGE is yours to fill in.
id: ${id}
network: Ethereum mainnet            # CHANGE: as customers know it
endpoint: https://rpc.example.com    # CHANGE: as customers know it, without a key
client: ${client}
from: ${JSON.stringify(from ?? "0.0.0")}${from === null ? "    # CHANGE: version that serves customers now" : ""}
to: ${JSON.stringify(to)}
${releaseNotes === null ? "# releaseNotes: https://…" : `releaseNotes: ${JSON.stringify(releaseNotes)}`}
urgency: ${urgency}    # optional, recommended, mandatory, security: as the notes read
changesAt: ${JSON.stringify(forkAt ?? "2099-01-01T12:00:00Z")}    # CHANGE: when customers' traffic moves${forkAt === null ? "" : "; the notes name this date for the network"}
# actBy: 2099-01-01T12:00:00Z    # by when customers must be ready; changesAt when left out
test: none             # CHANGE: {endpoint: https://preview.example.com, until: 2099-01-08T12:00:00Z}
oldVersion: none       # CHANGE: {keptUntil: 2099-01-15T12:00:00Z}
rollback:
  possible: ${String(rollback)}${rollback ? "" : "    # the notes say that there is no way back"}
contact:
  email: support@example.com    # CHANGE
`;
}
