import { redactor } from "../src/redact/redact.ts";
import type { CapturedExchange } from "../src/redact/redact.ts";
import { NO_RULES } from "../src/redact/rules.ts";
import { tokeniser } from "../src/redact/tokens.ts";
import { seededRandom } from "../test/record/support/cases.ts";
import { realCalls } from "../studies/support/real-calls.ts";

type Header = readonly [name: string, value: string];

const HEADERS: readonly Header[] = [
  ["Host", "node.example"],
  ["Content-Type", "application/json"],
  ["User-Agent", "ethers/5.7.2"],
  ["X-Api-Key", "k3yN1tr0aB9cD8eF7gH6"],
];
const RESPONSE = { status: 200, headers: [["content-type", "application/json"] as const] };
const HASH = `0x${"ab".repeat(32)}`;
const WORD = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":"${HASH}"}`);
const CALL = Buffer.from(
  `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x${"5f".repeat(20)}","data":"0x00000001"},"latest"]}`,
);
const GET_BLOCK = Buffer.from(
  '{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x10",true]}',
);
const TRANSACTION = {
  blockHash: HASH,
  from: `0x${"cd".repeat(20)}`,
  hash: HASH,
  input: `0x${"ab".repeat(64)}`,
};
const BLOCK = Buffer.from(
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    result: {
      number: "0x10",
      hash: HASH,
      logsBloom: `0x${"00".repeat(256)}`,
      transactions: Array.from({ length: 150 }, (_, index) => ({
        ...TRANSACTION,
        nonce: `0x${index.toString(16)}`,
        value: "0x0",
      })),
    },
  }),
);

const exchange = (
  requestBody: Buffer | null,
  responseBody: Buffer,
  headers = HEADERS,
  verb = "POST",
  path = "/",
): CapturedExchange => ({
  transport: "http",
  requestHead: { verb, path, headers },
  requestBody,
  responseHead: RESPONSE,
  responseBody,
  isEvent: false,
});

async function run(): Promise<void> {
  const redact = redactor(
    NO_RULES,
    tokeniser(Buffer.from("a key of the bench, which hides nothing")),
  );
  const mixed = realCalls(5_000, seededRandom(20261125)).map(({ body, verb, path }) =>
    exchange(body === null ? null : Buffer.from(body), WORD, HEADERS, verb, path),
  );
  const cases: readonly [name: string, times: number, make: (turn: number) => CapturedExchange][] =
    [
      ["a small call", 100_000, () => exchange(CALL, WORD)],
      [
        "a small call with an id of its own in its head",
        20_000,
        (turn) => exchange(CALL, WORD, [...HEADERS, ["X-Request-Id", turn.toString(36)]]),
      ],
      [
        "a mix of all methods",
        40_000,
        (turn) => ({ ...(mixed[turn % mixed.length] ?? exchange(CALL, WORD)) }),
      ],
      [
        `a block of ${Math.round(BLOCK.length / 1_000)} kB`,
        2_000,
        () => exchange(GET_BLOCK, BLOCK),
      ],
    ];
  for (const [name, times, make] of cases) {
    for (let turn = 0; turn < times / 4; turn += 1) redact(make(turn));
    const before = process.cpuUsage();
    for (let turn = 0; turn < times; turn += 1) redact(make(turn));
    const { user, system } = process.cpuUsage(before);
    console.log(`${name.padEnd(48)} ${((user + system) / times).toFixed(1).padStart(8)} µs of CPU`);
  }
  await Promise.resolve();
}

export const bench = {
  name: "redact",
  summary: "CPU time of redaction for an exchange, on the capture thread",
  run,
};
