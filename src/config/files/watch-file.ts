import { parseWatch, type WatchSettings } from "../watch.ts";
import { readYaml } from "./yaml-file.ts";

/** Reads `watch.yaml`. @throws usage error that names the file and each field that can't be used */
export function readWatch(file: string): WatchSettings {
  const hint = "Write one: the clients that you run (docs/guides/playbook.md).";
  return parseWatch(readYaml(file, hint), file);
}
