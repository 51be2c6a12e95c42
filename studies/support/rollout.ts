import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import type { RolloutRequest } from "../../src/stages/rollout.ts";
import { initUpgrade, signStep } from "../../src/stages/upgrade.ts";
import { placesIn } from "../../src/upgrade/folder.ts";
import { NamedNode, startHaproxy, type Haproxy } from "../../test/rollout/haproxy.ts";

/** Three nodes of each version behind a real HAProxy, a verdict that is told what to say, and an upgrade's folder. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly haproxy: Haproxy;
  verdict: "pass" | "fail";
  readonly servers: { readonly old: readonly string[]; readonly candidate: readonly string[] };
}

const NODES = [0, 1, 2];

/** @param plan what differs from a plan of three short steps */
export async function openScene(plan: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-rollout-study-"));
  const old = NODES.map((index) => new NamedNode(`old${index}`));
  const fresh = NODES.map((index) => new NamedNode(`new${index}`));
  await Promise.all([...old, ...fresh].map((node) => node.start()));
  const haproxy = await startHaproxy(old, fresh);
  const names = {
    old: NODES.map((index) => `old${index}`),
    candidate: NODES.map((index) => `new${index}`),
  };
  const scene = { verdict: "pass" as Scene["verdict"] };
  const server = createServer((_request, response) => {
    const reasons = scene.verdict === "fail" ? [{ text: "1 breaking finding, confirmed" }] : [];
    response.end(JSON.stringify({ verdict: { verdict: scene.verdict, reasons } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  initUpgrade(folder, {
    client: "geth",
    from: "1.16.7",
    to: "1.17.0",
    releaseNotes: null,
    urgency: "optional",
    forkAt: null,
    rollback: true,
  });
  for (const step of [5, 6, 10])
    signStep(folder, {
      step,
      state: "waived",
      by: "a study",
      at: new Date().toISOString(),
      reason: "not its matter",
    });
  writeFileSync(
    placesIn(folder).rolloutPlan,
    stringify({
      engine: { kind: "haproxy", socket: haproxy.socket, backend: "nodes", ...names },
      verdict: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/verdict`,
      steps: [10, 50, 100].map((weight) => ({ weight, for: "150ms" })),
      every: "20ms",
      hold: "200ms",
      blindAfter: "30s",
      ...plan,
    }),
  );
  return Object.assign(scene, {
    folder,
    haproxy,
    servers: names,
    async [Symbol.asyncDispose]() {
      await haproxy.stop();
      server.closeAllConnections();
      server.close();
      await Promise.all([...old, ...fresh].map((node) => node.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** Asks for the scene's roll-out; nothing is said anywhere. */
export function rolloutOf({ folder }: Scene): RolloutRequest {
  return {
    folder,
    settings: {},
    cwd: folder,
    token: undefined,
    now: () => new Date(),
    signal: new AbortController().signal,
    say: () => {},
  };
}

/** Lines of the journal; none while there is none. */
export function journalLines(folder: string): string[] {
  try {
    return readFileSync(placesIn(folder).rollout, "utf8").trim().split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
