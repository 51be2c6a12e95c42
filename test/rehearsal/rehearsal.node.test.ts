import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { HAS_HAPROXY } from "../rollout/haproxy.ts";
import { rehearse } from "./rehearsal.ts";

test.skipIf(!HAS_HAPROXY)(
  "the whole playbook, from a release upstream to the day old is retired (Debian's haproxy)",
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-rehearsal-"));
    try {
      const { states, journal, failed, wrong, mails, slack } = await rehearse({
        folder,
        calls: 400,
        say: () => {},
      });
      expect(states.filter((state) => state !== "done" && state !== "waived")).toEqual([]);
      const made = journal.filter(({ what }) => what === "made").map(({ weight }) => weight);
      expect(made).toEqual([1, 5, 25, 0, 1, 5, 25, 50, 100]);
      expect(journal.find(({ what }) => what === "rollback")).toMatchObject({
        by: "gate",
        why: expect.stringContaining("value-changed eth_getBalance"),
      });
      // The shift itself loses no request; what the new nodes lied about before it was seen is counted.
      expect(failed).toBe(0);
      expect(wrong).toBeGreaterThan(0);
      expect({ mails, slack }).toEqual({ mails: 3, slack: 1 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  170_000,
);
