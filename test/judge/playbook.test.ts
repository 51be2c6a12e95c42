import { expect, test } from "vitest";
import { checkPlaybook, type PlaybookStep } from "../../src/judge/reasons/of-playbook.ts";

const steps: readonly PlaybookStep[] = [
  { number: 3, title: "Traffic was replayed", state: "done", why: "3,000 calls compared" },
  { number: 4, title: "Changes are tested", state: "open", why: "2 cases are open" },
  { number: 5, title: "Customers were told", state: "waived", why: "internal nodes" },
  { number: 6, title: "The verdict", state: "blocked", why: "fail" },
];

test("each required step that is done or waived passes; any other leaves the verdict open", () => {
  const verdicts = checkPlaybook([3, 4, 5, 6, 6], steps).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(["pass", "inconclusive", "pass", "inconclusive"]);
});

test("a required step without a checklist never passes; none required says nothing", () => {
  expect(checkPlaybook([3], null)).toMatchObject([
    {
      code: "require.playbook",
      verdict: "inconclusive",
      text: expect.stringContaining("--upgrade"),
    },
  ]);
  expect(checkPlaybook([], null)).toEqual([]);
});
