import { runByName } from "../scripts/by-name.ts";

await runByName(import.meta.url, "bench", process.argv.slice(2), true);
