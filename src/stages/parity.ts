import { writeFileSync } from "node:fs";
import type { Parity } from "../parity/parity.ts";
import { answerOf } from "../parity/words.ts";
import { addEvidence, checkFolder, placesIn } from "../upgrade/folder.ts";

/**
 * Keeps the answer with an upgrade, as evidence for the step that asks whether another client can take over. It holds for the
 * version that was compared with the other client.
 * @param atLeast share that has to be able to fail over; without one any answer that was had is one
 */
export function keepParity(folder: string, parity: Parity, atLeast: number | null): void {
  checkFolder(folder);
  writeFileSync(placesIn(folder).parity, `${JSON.stringify(parity, null, 2)}\n`);
  const [from = null] = parity.from;
  addEvidence(folder, {
    step: 14,
    at: parity.run.createdAt,
    ok: parity.compared > 0 && (atLeast === null || parity.canFailOver >= atLeast),
    what: `${parity.to.join(", ")}: ${answerOf(parity).replace(/\.$/, "")}`,
    version: from,
    file: "parity.json",
  });
}
