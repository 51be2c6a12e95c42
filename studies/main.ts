import { runByName } from "../scripts/by-name.ts";

await runByName(import.meta.url, "study", process.argv.slice(2), false);
