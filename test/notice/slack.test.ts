import { describe, expect, test } from "vitest";
import { SLACK_LIMITS, slackMessage } from "../../src/notice/formats/slack.ts";
import { webhookData } from "../../src/notice/formats/webhook.ts";
import { accountOf, composed, judgedOf, token, upgradeOf } from "./build.ts";
import { refusalOf } from "./slack-limits.ts";

const A = token("a");

function noticeWith(count: number, length: number) {
  const rows = Array.from({ length: count }, (_, index) => ({
    method: `eth_method${index}`,
    count: 1,
    customer: A,
    findings: [
      {
        kind: "error-message-changed" as const,
        path: "/error/message",
        old: "<&>".repeat(length),
        candidate: "`*_".repeat(length),
      },
    ],
  }));
  return composed([judgedOf(rows)], accountOf("acme", [A]), {
    upgrade: upgradeOf({ network: "n".repeat(400) }),
  });
}

describe("a Slack message", () => {
  test.each([
    [0, 1],
    [1, 1_000],
    [60, 10],
    [300, 300],
  ])(
    "of %i changes with texts of %i keeps Slack's limits and says how many are left out",
    (count, length) => {
      const notice = noticeWith(count, length);
      const message = slackMessage(notice);
      expect(refusalOf(message)).toBeNull();
      expect(JSON.stringify(message).length).toBeLessThan(
        SLACK_LIMITS.whole + SLACK_LIMITS.fallback + 1_000,
      );
      const shown = message.blocks.filter(
        ({ text }) => text !== undefined && /^\*\d+\.\*/.test(text.text),
      ).length;
      const more = /and (\d+) more/.exec(JSON.stringify(message.blocks))?.[1];
      expect(shown + Number(more ?? 0)).toBe(count);
    },
  );

  test("a webhook keeps below 20 kB and says how many are left out", () => {
    const data = webhookData(noticeWith(300, 300)) as { changes: unknown[]; more: number };
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(20_000);
    expect(data.changes.length).toBeGreaterThan(0);
    expect(data.changes.length + data.more).toBe(300);
  });
});
