import { readFileSync, writeFileSync } from "node:fs";

/**
 * Turns answers captured from two Geth versions ({name, request, old, control, candidate}, each a text) into a pairs file
 * for `compare`: node scripts/write-captured.ts CAPTURED.jsonl PAIRS.jsonl. The demo's three customers are invented: the
 * captured requests come from a test suite, not from people.
 */
const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined)
  throw new Error("usage: write-captured.ts CAPTURED.jsonl PAIRS.jsonl");

interface Captured {
  readonly name: string;
  readonly request: string;
  readonly old: string;
  readonly control: string;
  readonly candidate: string;
}

const CUSTOMERS = [
  {
    id: "cus_00000000000e4da1",
    methods: /^(?:eth_getLogs|eth_getStorage|eth_simulate|debug_|eth_sendRaw|testing_)/,
  },
  { id: "cus_0000000000ba11e7", methods: /^(?:eth_getTransaction|eth_getBlock|txpool_)/ },
  { id: "cus_000000000030170a", methods: /./ },
];

const lines = readFileSync(source, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const { name, request, old, control, candidate } = JSON.parse(line) as Captured;
    const method = /"method"\s*:\s*"(\w+)"/.exec(request)?.[1] ?? "";
    const customer = CUSTOMERS.find(({ methods }) => methods.test(method))?.id;
    return JSON.stringify({
      name,
      customer,
      request,
      oldText: old,
      controlText: control,
      candidateText: candidate,
    });
  });
writeFileSync(target, `${lines.join("\n")}\n`);
