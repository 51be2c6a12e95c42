import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { EXIT } from "../../src/errors.ts";
import { createAdminServer } from "../../src/record/path/admin.ts";
import { ADVISED } from "../../src/cli/way-on.ts";
import { ROOT } from "../support/docs.ts";

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

test("trouble: every exit code and every reason that leaves a verdict open has a row", () => {
  const page = read("docs/guides/troubleshooting.md");
  const rows = [...page.matchAll(/^\| (.+?) \|/gm)].map(([, first = ""]) => first).join("\n");
  for (const code of Object.values(EXIT)) expect(rows).toMatch(new RegExp(`^${code}$`, "m"));
  for (const code of ADVISED)
    expect(rows).toMatch(new RegExp(`\`${code.replaceAll(".", "\\.")}(?:\`|\\.)`));
});

test("every guide is in the index, and every file to copy in the recipes", () => {
  const index = read("docs/README.md");
  for (const guide of readdirSync(path.join(ROOT, "docs/guides"))) expect(index).toContain(guide);
  const recipes = read("docs/guides/recipes.md");
  const files = readdirSync(path.join(ROOT, "docs/integrations"), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile());
  for (const { name } of files) expect(recipes).toContain(name);
});

test("containers of the tutorial: one set of flags, two versions, ports of this machine alone", () => {
  const { services } = parse(read("docs/integrations/compose/compose.yml"), { merge: true }) as {
    services: Record<"old" | "candidate", { image: string; command: string; ports: string[] }>;
  };
  const { old, candidate } = services;
  expect(old.command).toBe(candidate.command);
  expect(old.image).not.toBe(candidate.image);
  for (const port of [...old.ports, ...candidate.ports]) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("Envoy mirrors to a cluster that there is", () => {
  const text = read("docs/integrations/envoy/mirror.yaml");
  const { static_resources: all } = parse(text) as {
    static_resources: { clusters: { name: string }[] };
  };
  const named = new Set([...text.matchAll(/cluster: (\w+)/g)].map(([, name]) => name));
  expect(new Set(all.clusters.map(({ name }) => name))).toEqual(named);
});

test("HAProxy takes the recorder's configuration", async ({ skip }) => {
  const file = path.join(ROOT, "docs/integrations/haproxy/record.cfg");
  const checked = await promisify(execFile)("haproxy", ["-c", "-f", file]).catch(
    (error: { code?: string; stderr?: string }) => {
      skip(error.code === "ENOENT", "HAProxy is not installed");
      throw error;
    },
  );
  expect(checked.stdout).toContain("valid");
});

test("the recorder's board names metrics that the recorder has", async () => {
  const server = createAdminServer(() => ({
    arrived: 0,
    stored: 0,
    dropped: {},
    pending: 0,
    queueItems: 0,
    queueBytes: 0,
    connections: 0,
    recordingBytes: 0,
    writerReady: true,
    notStoring: null,
    captureRestarts: 0,
    unreadBytes: 0,
    unreadConnections: 0,
    refusedConnections: 0,
  })).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const known = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const named = read("docs/integrations/grafana/recorder.json").matchAll(/\bshadowdiff_\w+/g);
    for (const [name] of named) expect(known).toContain(name);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
