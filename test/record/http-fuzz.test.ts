import { expect, it } from "vitest";
import { seededRandom } from "./support/cases.ts";
import { difference, fuzzedConversation, readByNode, readHere } from "./support/http-fuzz.ts";

const CONVERSATIONS = 20_000;

it("believes nothing that Node's own parser reads in another way", () => {
  const random = seededRandom(20_261_125);
  const problems: string[] = [];
  let read = 0;
  for (let index = 0; index < CONVERSATIONS; index += 1) {
    const bytes = fuzzedConversation(random);
    const here = readHere(bytes);
    read += here.length;
    const problem = difference(here, readByNode(bytes));
    if (problem !== null) problems.push(`${JSON.stringify(bytes.toString("latin1"))}: ${problem}`);
  }
  expect(problems.slice(0, 10)).toEqual([]);
  // Whoever believes nothing is never wrong.
  expect(read).toBeGreaterThan(CONVERSATIONS / 2);
});
