import { describe, expect, test } from "vitest";
import { agentLine, type AgentPolicy } from "../../src/serve/agent-line.ts";
import { exchangeBytes, serveVerdict } from "./support.ts";

const DEFAULT: AgentPolicy = { onFail: "down", onInconclusive: "hold", weight: null };

describe("the line", () => {
  test("of a pass undoes whatever the agent did", () => {
    expect(agentLine("pass", "", null, DEFAULT)).toBe("up ready");
    expect(agentLine("pass", "", "drain", { ...DEFAULT, weight: 25 })).toBe("up ready 25%");
  });

  test("of a fail says why", () => {
    expect(agentLine("fail", "finding.breaking", "up ready", DEFAULT)).toBe(
      "down #shadowdiff:finding.breaking",
    );
    expect(agentLine("fail", "x", null, { ...DEFAULT, onFail: "drain" })).toBe("drain");
  });

  test("of an inconclusive verdict takes no node out and puts none back", () => {
    expect(agentLine("inconclusive", "run.noData", null, DEFAULT)).toBe("up");
    expect(agentLine("inconclusive", "run.noData", "up ready", DEFAULT)).toBe("up ready");
    expect(agentLine("inconclusive", "run.noData", "down #shadowdiff:x", DEFAULT)).toBe(
      "down #shadowdiff:x",
    );
    expect(
      agentLine("inconclusive", "run.noData", "up ready", { ...DEFAULT, onInconclusive: "drain" }),
    ).toBe("drain");
  });
});

describe("the listener", () => {
  const agent = { listen: { host: "127.0.0.1", port: 0 }, policy: DEFAULT };

  test.each([
    ["pass", /^up ready\n$/],
    ["fail", /^down #shadowdiff:[\w.]+\n$/],
    ["inconclusive", /^up\n$/],
  ] as const)("says of a verdict %s one line, and closes", async (wanted, line) => {
    const { agentUrl } = await serveVerdict(wanted, { agent });
    expect(await exchangeBytes(agentUrl ?? "", "")).toMatch(line);
    // HAProxy's `agent-send` may say something first; it changes nothing.
    expect(await exchangeBytes(agentUrl ?? "", "geth-17\n")).toMatch(line);
  });
});
