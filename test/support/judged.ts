import type { Kind, Severity } from "../../src/model/kinds.ts";
import { KINDS, SEVERITIES } from "../../src/model/kinds.ts";
import type { Finding, JudgedRun } from "../../src/model/judged.ts";
import type {
  GroupFacts,
  MethodFacts,
  RunFacts,
  Sample,
  SampleTexts,
} from "../../src/model/run.ts";

/** One finding in a few words; what is left out is derived. */
export interface FindingPlan extends Partial<Finding> {
  readonly customers?: readonly string[];
  readonly examples?: readonly ExamplePlan[];
  readonly group?: Partial<GroupFacts>;
}

interface ExamplePlan {
  readonly old: string | null;
  readonly candidate: string | null;
  readonly request?: string;
  readonly path?: string;
  readonly sample?: Partial<Sample>;
  readonly cut?: { readonly bytes: number; readonly sha256: string };
}

export interface BuiltRun {
  readonly judged: JudgedRun;
  readonly texts: (pairIds: readonly string[]) => Map<string, SampleTexts>;
}

const AT = Date.UTC(2026, 10, 20, 9, 12, 0);
const METHODS = ["eth_getBlockByNumber", "eth_call", "eth_getLogs", "debug_traceTransaction"];

/** A judged run with the given findings, whose counts add up, and the texts of their examples. */
export function judgedRun(
  plans: readonly FindingPlan[],
  overrides: { facts?: Partial<RunFacts>; judged?: Partial<JudgedRun> } = {},
): BuiltRun {
  const texts = new Map<string, SampleTexts>();
  const findings = plans.map((plan, index) => finding(plan, index, texts));
  const methods = [...new Set([...METHODS, ...findings.map((one) => one.method)])].map(methodFacts);
  const calls = methods.reduce((sum, method) => sum + method.calls, 0) + 250;
  const different = methods.reduce((sum, method) => sum + method.different, 0);
  const compared = methods.reduce((sum, method) => sum + method.compared, 0);
  const uncomparable = methods.reduce((sum, method) => sum + method.uncomparable, 0);
  const customers = [
    ...new Set(findings.flatMap((one) => one.facts.customers.map((customer) => customer.id))),
  ];
  const facts: RunFacts = {
    header: {
      id: "geth-1.17.0",
      createdAt: "2026-11-20T10:00:00Z",
      command: "replay",
      network: { chainId: "3503995874084926", genesisHash: `0x${"ab".repeat(32)}` },
      recordings: [
        {
          name: "mainnet-1.sqlite",
          seen: 5_000,
          stored: 4_900,
          dropped: { "queue-full": 100 },
          firstAt: AT - 86_400_000,
          lastAt: AT,
        },
      ],
      old: [target("http://127.0.0.1:8545", "Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24.9")],
      candidate: [
        target("http://127.0.0.1:8546", "Geth/v1.17.0-stable-0cf3d3ba/linux-amd64/go1.25.1"),
      ],
      configurationDifferences: [
        {
          capability: "rpc.gascap",
          old: 50_000_000,
          candidate: 100_000_000,
          effect: "eth_call near the cap",
        },
      ],
      options: { concurrency: 8, pin: "auto", seed: 1 },
    },
    complete: true,
    incompleteReason: null,
    finishedAt: "2026-11-20T10:05:00Z",
    counts: {
      exchanges: calls - 20,
      calls,
      compared,
      same: compared - different,
      different,
      uncomparable,
      skipped: calls - compared - uncomparable,
    },
    sends: calls * 3,
    methods: [...methods, skippedMethod("eth_sendRawTransaction", 250)],
    notCompared: [
      {
        state: "skipped",
        reason: "writes",
        method: "eth_sendRawTransaction",
        calls: 250,
        weight: 250,
      },
      {
        state: "uncomparable",
        reason: "state-lost",
        method: "eth_call",
        calls: uncomparable,
        weight: uncomparable,
      },
    ],
    groups: findings.map((one) => one.facts),
    noise: findings.map(({ method, path, kind, calls: candidateOnly }) => ({
      method,
      path,
      kind,
      candidateOnly,
      controlOnly: 0,
      both: 1,
    })),
    signatures: [],
    customers: customers.map((id, index) => ({
      id,
      calls: 100 + index,
      weight: 100 + index,
      weightSquares: 100 + index,
      compared: 90,
      lastSeen: AT,
      methods: [{ method: "eth_call", calls: 100 + index }],
    })),
    cases: [
      {
        name: "pr-31234",
        title: "eth_getBlockByNumber without totalDifficulty",
        source: null,
        outcome: "confirmed",
        reason: null,
      },
    ],
    samples: findings.flatMap((one) => [...one.samples]),
    ...overrides.facts,
  };
  const breaking = findings.filter(
    (one) => one.severity === "breaking" && one.status !== "accepted",
  );
  const judged: JudgedRun = {
    facts,
    findings,
    dismissed: [
      {
        fingerprint: "00000000000000aa",
        kind: "value-drift",
        method: "eth_gasPrice",
        path: "/result",
        reason: "follows the head",
      },
    ],
    verdict: {
      verdict: breaking.length > 0 ? "fail" : "pass",
      reasons: breaking.slice(0, 3).map((one) => ({
        code: "finding.breaking",
        verdict: "fail",
        text: `${one.kind} at ${one.method} ${one.path}: ${one.calls} calls`,
      })),
      notes: ["1 accepted entry was not used: 0123456789abcdef"],
    },
    ...overrides.judged,
  };
  return {
    judged,
    texts: (ids) =>
      new Map(ids.flatMap((id) => (texts.has(id) ? [[id, texts.get(id) as SampleTexts]] : []))),
  };
}

function finding(plan: FindingPlan, index: number, texts: Map<string, SampleTexts>): Finding {
  const { customers = ["cus_00000000000000aa"], examples = [EXAMPLE], group, ...given } = plan;
  const kind: Kind = given.kind ?? "field-removed";
  const method = given.method ?? METHODS[index % METHODS.length] ?? "eth_call";
  const path = given.path ?? "/result/totalDifficulty";
  const fingerprint = given.fingerprint ?? (index + 1).toString(16).padStart(16, "0");
  const calls = given.calls ?? 10 + index;
  const samples = examples.map((example, at): Sample => {
    const pairId = example.sample?.pairId ?? `mainnet-1:${index}:${at}`;
    texts.set(pairId, {
      pairId,
      method,
      request:
        example.request ?? `{"jsonrpc":"2.0","id":1,"method":"${method}","params":["0x10",false]}`,
      old: { outcome: "reply", status: 200, text: example.old, cut: null },
      candidate: {
        outcome: "reply",
        status: 200,
        text: example.candidate,
        cut: example.cut ?? null,
      },
    });
    return {
      fingerprint,
      pairId,
      name: null,
      customer: customers[at % customers.length] ?? null,
      at: AT,
      path: example.path ?? path.replaceAll("*", "0"),
      old: "0x20000",
      candidate: undefined,
      ...example.sample,
    };
  });
  return {
    fingerprint,
    kind,
    severity: severityOf(kind),
    severityReason: null,
    confidence: "confirmed",
    status: "new",
    method,
    path,
    title: `${kind} at ${path} of ${method}`,
    calls,
    comparedCalls: 1_000,
    share: calls / 4_000,
    causedBy: null,
    knownChange: null,
    samples,
    facts: {
      fingerprint,
      kind,
      method,
      path,
      calls,
      weight: calls,
      weightSquares: calls,
      confidence: { confirmed: calls, probable: 0, flaky: 0 },
      causedBy: null,
      customers: customers.map((id) => ({
        id,
        calls: Math.ceil(calls / customers.length),
        weight: calls,
        weightSquares: calls,
        lastSeen: AT,
      })),
      clients: [{ name: "ethers", version: "5.7", calls, customers }],
      places: samples.map((sample) => ({ path: sample.path, count: 1 })),
      variants: [{ old: '"0x20000"', candidate: "(absent)", calls }],
      targets: { seen: [0], of: 1 },
      ...group,
    },
    ...given,
  };
}

const EXAMPLE: ExamplePlan = {
  old: '{"jsonrpc":"2.0","id":1,"result":{"number":"0x10","hash":"0xaa","size":"0x200","stateRoot":"0xbb","miner":"0xcc","totalDifficulty":"0x20000","gasUsed":"0x5208"}}',
  candidate:
    '{"jsonrpc":"2.0","id":1,"result":{"number":"0x10","hash":"0xaa","size":"0x200","stateRoot":"0xbb","miner":"0xcc","gasUsed":"0x5208"}}',
};

function severityOf(kind: Kind): Severity {
  return (
    SEVERITIES.find((severity) => (KINDS[severity] as readonly string[]).includes(kind)) ?? "info"
  );
}

function methodFacts(method: string): MethodFacts {
  const weights = { calls: 1_000, weight: 1_000, weightSquares: 1_000 };
  const percentiles = { p50: 1.2, p90: 3, p95: 5, p99: 20 };
  return {
    method,
    ...weights,
    compared: 990,
    comparedWeight: 990,
    same: 950,
    different: 40,
    uncomparable: 10,
    skipped: 0,
    agreedOnError: 0,
    latency: {
      old: percentiles,
      candidate: { p50: 1.4, p90: 4, p95: 8, p99: 22 },
      pairs: [[1.2, 1.4]],
      histogram: {
        old: [
          [0.5, 100],
          [1, 300],
          [2, 400],
          [5, 150],
          [20, 40],
        ],
        candidate: [
          [0.5, 50],
          [1, 200],
          [2, 450],
          [5, 200],
          [20, 90],
        ],
      },
    },
    bytes: { old: 100_000, candidate: 99_000 },
  };
}

function skippedMethod(method: string, calls: number): MethodFacts {
  return {
    ...methodFacts(method),
    calls,
    weight: calls,
    weightSquares: calls,
    compared: 0,
    comparedWeight: 0,
    same: 0,
    different: 0,
    uncomparable: 0,
    skipped: calls,
    latency: null,
    bytes: { old: 0, candidate: 0 },
  };
}

function target(url: string, clientVersion: string): RunFacts["header"]["old"][number] {
  return { url, clientVersion, capabilities: { namespaces: ["eth", "debug"], gasCap: 50_000_000 } };
}
