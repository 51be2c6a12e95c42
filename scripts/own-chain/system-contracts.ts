import { readFileSync } from "node:fs";
import path from "node:path";
import type { SystemContracts } from "./genesis.ts";

const NAMES = ["BeaconRoots", "HistoryStorage", "WithdrawalQueue", "ConsolidationQueue"];

/** Reads them from a folder of go-ethereum's sources. */
export function systemContracts(sources: string): SystemContracts {
  const text = readFileSync(path.join(sources, "params/protocol_params.go"), "utf8");
  const hexOf = (name: string, from: string): string => {
    const found = new RegExp(
      `\\b${name}\\s*=\\s*common\\.${from}\\("(?:0x)?([0-9a-fA-F]+)"\\)`,
    ).exec(text);
    if (found?.[1] === undefined) throw new Error(`${name} is not in ${sources}`);
    return `0x${found[1]}`;
  };
  return Object.fromEntries(
    NAMES.map((name) => [hexOf(`${name}Address`, "HexToAddress"), hexOf(`${name}Code`, "FromHex")]),
  );
}
