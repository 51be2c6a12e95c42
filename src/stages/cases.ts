import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { composeCases, type CasesRequest, type ComposedCases } from "../cases/compose.ts";
import { teamFile, type TeamCase } from "../cases/team-file.ts";
import { usageError } from "../errors.ts";
import { createRecording } from "../recording/writer.ts";

/** Writes a recording of the requests that probe an upgrade's cases; the cases themselves stand in its header. */
export function writeCases(out: string, request: CasesRequest, now: Date): ComposedCases {
  const composed = composeCases(request);
  if (composed.plans.length === 0) {
    const { client, from, to } = request;
    throw usageError(`No change of ${client} after ${from} and up to ${to} is known.`, {
      details: ["Check the versions, or give cases of your own with --cases FOLDER."],
    });
  }
  const writer = createRecording(out, {
    source: "cases",
    network: { chainId: "unknown", genesisHash: null },
    keyId: null,
    options: {
      client: request.client,
      from: request.from,
      to: request.to,
      cases: [...composed.plans],
    },
    createdAt: now.getTime(),
  });
  for (const [index, { name, request: probe }] of composed.requests.entries()) {
    const { method, params } = probe;
    writer.add({
      at: now.getTime(),
      durationMs: null,
      protocol: "json-rpc",
      transport: "http",
      connection: null,
      customer: null,
      name,
      request: {
        verb: "POST",
        path: "/",
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: index + 1, method, params })),
      },
      response: null,
      unreplayable: null,
      method,
      errorCode: null,
    });
  }
  writer.close();
  return composed;
}

/** A team's cases: every .yaml file of a folder. Throws a usage error that names the file and the field. */
export function readTeamCases(folder: string): TeamCase[] {
  if (!existsSync(folder)) throw usageError(`There is no folder ${folder}`);
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    let content: unknown;
    try {
      content = parse(readFileSync(file, "utf8"));
    } catch (cause) {
      throw usageError(`${name} is not valid YAML: ${String(cause).split("\n")[0]}`, { cause });
    }
    const parsed = teamFile.safeParse(content);
    if (parsed.success) return parsed.data.cases;
    const [issue] = parsed.error.issues;
    throw usageError(
      `${name}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a file of cases"}`,
    );
  });
}
