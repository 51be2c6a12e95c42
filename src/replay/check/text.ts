import type { TargetFacts } from "../../model/run.ts";
import { whole } from "../../words.ts";
import { lagText } from "../heads/lag.ts";
import { lowestHead, type CheckResult } from "./check.ts";

/** What a check found, for people. */
export function checkText({ chain, network, old, candidate, differences }: CheckResult): string {
  const lines = [
    `Network: ${chain}, chain id ${network.chainId}, genesis ${network.genesisHash ?? "unknown"}`,
  ];
  for (const [side, targets] of [
    ["old", old],
    ["candidate", candidate],
  ] as const) {
    for (const target of targets) lines.push(...targetLines(side, target));
  }
  const heads = { old: lowestHead(old), candidate: lowestHead(candidate) };
  if (heads.old !== null && heads.candidate !== null) {
    lines.push(`Heads: ${lagText(heads) ?? `both stand at block ${whole(heads.old)}`}`);
  }
  if (differences.length === 0) lines.push("No difference of configuration was found.");
  for (const { capability, old: before, candidate: after, effect } of differences) {
    lines.push(`${capability}: old ${JSON.stringify(before)}, candidate ${JSON.stringify(after)}`);
    lines.push(`  ${effect}`);
  }
  return `${lines.join("\n")}\n`;
}

function targetLines(side: string, { url, clientVersion, capabilities }: TargetFacts): string[] {
  const facts = Object.entries(capabilities).map(
    ([name, value]) => `${name} ${JSON.stringify(value)}`,
  );
  return [
    `${side} ${url}: ${clientVersion ?? "version unknown"}`,
    ...(facts.length === 0 ? [] : [`  ${facts.join(", ")}`]),
  ];
}
