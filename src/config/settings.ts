import { judgingSchema } from "./judging.ts";

/** Top-level keys of the configuration file that are no command's section: what judging reads. */
export const FILE_SETTINGS: readonly string[] = Object.keys(judgingSchema.shape);
