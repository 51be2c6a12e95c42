import { fileURLToPath } from "node:url";
import { writeExamples } from "./support/example-notices.ts";

export const study = {
  name: "notice-examples",
  summary: "drafts of notices for five real changes, written to docs/examples",
  run(): Promise<void> {
    const out = fileURLToPath(new URL("../docs/examples", import.meta.url));
    writeExamples(out);
    console.log("docs/examples is written.");
    return Promise.resolve();
  },
};
