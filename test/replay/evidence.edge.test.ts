import { describe, expect, test } from "vitest";
import type { RpcCall } from "../support/servers/fake-node.ts";
import { call, exchangeOf, node, replayTo } from "./support.ts";

/** Confirmed as any mismatch is: the first answer, its control, five more. */
const UNTIL_CONFIRMED = 7;

/** How both sides answer `eth_call` to an account: in turn, each ask counted. */
type Script = (ask: number) => string;

function answering(scripts: Readonly<Record<string, Script>>): (call: RpcCall) =>
  | {
      result: string;
    }
  | undefined {
  const asks = new Map<string, number>();
  return ({ method, params }) => {
    if (method !== "eth_call") return undefined;
    const key = JSON.stringify(params[0]);
    const ask = (asks.get(key) ?? 0) + 1;
    asks.set(key, ask);
    const script = Object.entries(scripts).find(([to]) => key.includes(to))?.[1];
    return script === undefined ? undefined : { result: script(ask) };
  };
}

const steady =
  (result: string): Script =>
  () =>
    result;
const wavering: Script = (ask) => (ask % 2 === 0 ? "0x1" : "0x2");

async function firmOf(
  old: Readonly<Record<string, Script>>,
  candidate: Readonly<Record<string, Script>>,
): Promise<{ firm: string[]; sends: number[] }> {
  const sides = [
    await node({ answer: answering(old) }),
    await node({ answer: answering(candidate) }),
  ];
  const exchanges = [...new Set([...Object.keys(old), ...Object.keys(candidate)])].map((to, id) =>
    exchangeOf(id, call("eth_call", [{ to }, "0x1"])),
  );
  const { results } = await replayTo(exchanges, sides[0]?.url ?? "", sides[1]?.url ?? "");
  const asked = results.filter(({ key }) => key.startsWith("evidence:"));
  return {
    firm: asked.flatMap(({ firm = [] }) => firm.map(({ kind, path }) => `${kind} ${path}`)),
    sends: asked.map(({ sends }) => sends),
  };
}

describe("evidence by call, on a place that is noisy in another call", () => {
  test("a difference that both sides repeat is asked for twelve times more, and is firm", async () => {
    const { firm, sends } = await firmOf(
      { aa: steady("0x1"), bb: wavering },
      { aa: steady("0x2"), bb: steady("0x1") },
    );
    expect(firm).toEqual(["value-changed /result"]);
    expect(sends[0]).toBeGreaterThanOrEqual(3 + 2 * 12);
  });

  test("what chance confirmed goes away", async () => {
    const { firm, sends } = await firmOf(
      { aa: steady("0x1"), bb: wavering },
      { aa: (ask) => (ask <= UNTIL_CONFIRMED + 4 ? "0x2" : "0x1"), bb: steady("0x1") },
    );
    expect(firm).toEqual([]);
    expect(sends).toHaveLength(1);
  });

  test("the calls that waver give none", async () => {
    const { firm } = await firmOf({ bb: wavering }, { bb: steady("0x3") });
    expect(firm).toEqual([]);
  });

  test("nothing is asked where old repeats itself everywhere", async () => {
    const { sends } = await firmOf({ aa: steady("0x1") }, { aa: steady("0x2") });
    expect(sends).toEqual([]);
  });
});
