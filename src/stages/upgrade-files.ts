import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readUpgrade } from "../config/files/upgrade-file.ts";
import { usageError } from "../errors.ts";
import { addEvidence, checkFolder, placesIn } from "../upgrade/folder.ts";
import { CONTAINER_CLIENTS, nodeFiles, type NodeFile } from "../upgrade/files/nodes.ts";
import { previewFiles, type PreviewWanted } from "../upgrade/files/preview.ts";
import { askFleet } from "../watch/fleet.ts";
import { compareVersions } from "../watch/triage/release.ts";
import { makeFolder } from "../make-folder.ts";

/** Files that start both versions with one set of flags. Gives their paths. */
export function writeNodes(
  folder: string,
  wanted: { readonly image: string | null; readonly flags: readonly string[] },
): string[] {
  checkFolder(folder);
  const { client, from, to } = readUpgrade(placesIn(folder).upgrade);
  const files = nodeFiles({ client, from, to, ...wanted });
  if (files === null) {
    throw usageError(`How ${client} is run in a container is not known.`, {
      details: [
        `Known: ${CONTAINER_CLIENTS.join(", ")}. For another: --image registry/name:{version}`,
      ],
    });
  }
  return writeAll(placesIn(folder).nodes, files);
}

/** Configurations by which customers reach the candidate. Gives their paths. */
export function writePreview(folder: string, wanted: PreviewWanted): string[] {
  checkFolder(folder);
  return writeAll(placesIn(folder).preview, previewFiles(wanted));
}

export interface PreviewTried {
  readonly ok: boolean;
  readonly what: string;
}

/** Asks the preview's address what it runs: the evidence that a customer's request goes where it should. */
export async function tryPreview(
  folder: string,
  url: string,
  now: Date,
  signal: AbortSignal,
): Promise<PreviewTried> {
  checkFolder(folder);
  const { to } = readUpgrade(placesIn(folder).upgrade);
  const [node] = await askFleet([url], signal);
  const version = node?.version ?? null;
  const ok = version !== null && compareVersions(version, to) === 0;
  const what =
    version === null
      ? `${node?.node ?? url} does not say what it runs`
      : `${node?.node ?? url} answers as ${version}${ok ? "" : `, not as ${to}`}`;
  addEvidence(folder, {
    step: 7,
    at: now.toISOString(),
    ok,
    what,
    version: ok ? to : null,
    file: null,
  });
  return { ok, what };
}

function writeAll(folder: string, files: readonly NodeFile[]): string[] {
  makeFolder(folder);
  return files.map(({ name, text }) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    if (name.endsWith(".sh")) chmodSync(file, 0o755);
    return file;
  });
}
