const DAY_MS = 86_400_000;

/** shadowdiff.yaml as `init` writes it: valid as it stands, and every line behind a `#` is once the `#` is gone. */
export function settingsFile(): string {
  return `# yaml-language-server: $schema=node_modules/shadowdiff/docs/schema/shadowdiff.schema.json
# Settings of shadowdiff. \`shadowdiff run\` checks, replays, reports and decides by this file;
# \`shadowdiff config\` shows what is in force. Options of a command stand under its name; each is
# a flag and a variable too (SHADOWDIFF_CANDIDATE). Every key is explained by \`shadowdiff COMMAND --help\`.

replay:
  recordings: [recordings/main.sqlite]
  # A node that serves nobody, of each version, on the same chain and in sync.
  old: ["http://127.0.0.1:8545"]
  candidate: ["http://127.0.0.1:8645"]
  # Chain id of the traffic, where the recording does not say it.
  # network: 1
  # Exchanges under way at once. Lower it where the nodes are small.
  # concurrency: 8
  # Methods to leave out; * stands for anything.
  # exclude: ["debug_*"]

report:
  format: [html, json]

gate:
  format: [text]

# record:
#   target: http://127.0.0.1:8545
#   listen: 127.0.0.1:9545
#   out: recordings/main.sqlite
#   customer: ["header:x-api-key"]
#   perMethod: 500

# An unaccepted finding of this severity or worse fails: breaking, risky, info or never.
failOn: breaking

# Over one of these fails. Given at all, they replace the defaults; {} sets none.
limits:
  mismatchRate: 0.005
  affectedCustomers: 0
  objections: 0

# What a run must have shown before it may pass; less is inconclusive (exit 3).
require:
  comparedCalls: 3000
  callsPerMethod: 30
  methodCoverage: 0.95
  # methods: [eth_call, eth_getLogs]
  maxAge: 24h

# Own rules for a method, and for what your clients do not mind.
# methods:
#   debug_traceCall: { failOn: never }
# severity:
#   - { kind: error-message-changed, method: debug_*, severity: info, reason: nobody matches these }
`;
}

/** upgrade.yaml as \`init\` writes it, with dates from a month ahead. */
export function upgradeFile(now: Date): string {
  const at = (days: number, hour: number): string => {
    const day = new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
    return `${day}T${String(hour).padStart(2, "0")}:00:00Z`;
  };
  return `# Facts of one upgrade that no traffic can tell. \`shadowdiff notice draft\` puts them into the notices.
# Every time is RFC 3339, with its zone.

# Names the upgrade: one notice for each account and upgrade.
id: geth-1.17.0
# As customers know them; the endpoint without a key.
network: Ethereum mainnet
endpoint: https://rpc.example.com
# Checked against the network of the run.
# chainId: 1
client: geth
from: 1.16.7
to: 1.17.0
releaseNotes: https://github.com/ethereum/go-ethereum/releases/tag/v1.17.0
# What upstream says of the release: optional, recommended, mandatory or security.
urgency: recommended
# When traffic moves to the new version, and by when customers must be ready.
changesAt: ${at(30, 14)}
actBy: ${at(28, 14)}
timeline:
  - at: ${at(7, 9)}
    what: The new version can be tried.
# Where it can be tried now; none where it can't. It should stay until after the change.
test:
  endpoint: https://preview.rpc.example.com
  until: ${at(44, 14)}
# How long the old version stays; none where it does not.
oldVersion:
  keptUntil: ${at(37, 14)}
rollback:
  possible: true
# Where customers ask: email, url or slack.
contact:
  email: support@example.com
unchanged:
  - The endpoint and your keys stay as they are.
`;
}

/** customers.csv as \`init\` writes it. */
export const CUSTOMERS_FILE = `account,key,app,name,email,slack,webhook,language,owner
example,cus_0123456789abcdef,website,Example Ltd,ops@example.com,,,en,you@example.com
example,cus_fedcba9876543210,indexer,,,,,,
`;
