import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../../src/record/path/listening.ts";
import { readRun } from "../../src/runs/reader.ts";
import { startProgram } from "../shadow/processes.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";
import { startFakeNode } from "../support/servers/fake-node.ts";
import { serveVerdict } from "./support.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../docs/integrations");

function file(name: string): string {
  return readFileSync(path.join(FOLDER, name), "utf8");
}

function has(program: string, flag: string): boolean {
  return spawnSync(program, [flag]).status === 0;
}

describe.runIf(has("nginx", "-v"))(
  "nginx, the real one, with docs/integrations/nginx/mirror.conf",
  () => {
    test("serves its clients from old, and what it mirrors is compared", async () => {
      const old = await startFakeNode();
      const candidate = await startFakeNode({
        answer: ({ method }) => (method === "eth_getCode" ? { result: "0xbad" } : undefined),
      });
      onTestFinished(() => old.close());
      onTestFinished(() => candidate.close());
      const folder = temporaryFolder();
      const [front, sink] = [await freePort(), await freePort()];
      const text = file("nginx/mirror.conf")
        .replace("server 127.0.0.1:8545", `server ${new URL(old.url).host}`)
        .replace("server 127.0.0.1:9545", `server 127.0.0.1:${sink}`)
        .replace("listen 127.0.0.1:8080", `listen 127.0.0.1:${front}`);
      mkdirSync(path.join(folder, "tmp"));
      writeFileSync(path.join(folder, "mirror.conf"), text);
      const out = path.join(folder, "live");
      const program = startProgram([
        "shadow",
        "--target",
        old.url,
        "--candidate",
        candidate.url,
        "--sink",
        `127.0.0.1:${sink}`,
        "--out",
        out,
      ]);
      await program.hears("Comparing a mirror's copies");
      const nginx = spawn("nginx", ["-p", folder, "-c", "mirror.conf", "-e", "error.log"], {
        stdio: "ignore",
      });
      onTestFinished(() => void nginx.kill());
      const ask = async (method: string): Promise<string> => {
        const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: ["0x01", "0x5"] });
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`http://127.0.0.1:${front}/`, { method: "POST", headers, body });
        return answer.text();
      };
      for (let tries = 0; tries < 100; tries++) {
        const isUp = await fetch(`http://127.0.0.1:${front}/up`).then(
          () => true,
          () => false,
        );
        if (isUp) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (let call = 0; call < 10; call++) expect(await ask("eth_chainId")).toContain('"0x7"');
      expect(await ask("eth_getCode")).toContain("error");
      await waitUntil(() => readRun(out).counts.different > 0, 60_000);
      await waitUntil(() => readRun(out).counts.same >= 10, 60_000);
      const { same, different } = readRun(out).counts;
      expect(same).toBeGreaterThanOrEqual(10);
      expect(different).toBe(1);
    });
  },
);

describe.runIf(has("promtool", "--version"))("Prometheus' own checker", () => {
  test("takes the rules and the scrape configuration", () => {
    const rules = spawnSync("promtool", [
      "check",
      "rules",
      path.join(FOLDER, "prometheus/rules.yml"),
    ]);
    expect(rules.stdout.toString() + rules.stderr.toString()).toContain("SUCCESS: 6 rules found");
    const scrape = ["check", "config", path.join(FOLDER, "prometheus/scrape.yml")];
    expect(spawnSync("promtool", scrape).status).toBe(0);
  });

  test("takes what /metrics answers", async () => {
    const { url } = await serveVerdict("fail");
    const input = await (await fetch(`${url}/metrics`)).text();
    const checked = spawnSync("promtool", ["check", "metrics"], { input });
    expect(checked.stderr.toString()).not.toContain("error while linting");
    expect(checked.stderr.toString()).not.toContain("parse error");
  });
});

describe("the files of other engines", () => {
  test("ask at paths that are served, and read what is answered", async () => {
    const { url } = await serveVerdict("pass");
    const template = parse(file("argo/analysis-template.yaml")) as {
      spec: { args: { value: string }[]; metrics: Record<string, unknown>[] };
    };
    expect(template.spec.metrics[0]).toMatchObject({
      successCondition: 'result == "pass"',
      failureCondition: 'result == "fail"',
      inconclusiveLimit: 0,
      provider: { web: { jsonPath: "{$.verdict.verdict}" } },
    });
    const canary = parse(file("flagger/canary.yaml")) as {
      spec: { analysis: { webhooks: { type: string; url: string }[] } };
    };
    const asked = [
      ...template.spec.args.map(({ value }) => ({ verb: "GET", at: value })),
      ...canary.spec.analysis.webhooks.map((hook) => ({ verb: "POST", at: hook.url })),
    ];
    for (const { verb, at } of asked) {
      const { pathname, search } = new URL(at);
      const init = verb === "GET" ? {} : { method: "POST", body: "{}" };
      const answer = await fetch(`${url}${pathname}${search}`, init);
      expect([200, 403]).toContain(answer.status);
    }
    const rollout = parse(file("argo/rollout.yaml")) as {
      spec: { strategy: { blueGreen: Record<string, unknown> } };
    };
    expect(rollout.spec.strategy.blueGreen).toMatchObject({
      prePromotionAnalysis: { templates: [{ templateName: "shadowdiff" }] },
      scaleDownDelaySeconds: 172_800,
    });
  });

  test("name metrics that there are", async () => {
    const { url } = await serveVerdict("pass");
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const known = new Set([...metrics.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const named = [file("prometheus/rules.yml"), file("grafana/board.json")]
      .join("\n")
      .matchAll(/\bshadowdiff_\w+/g);
    for (const [name] of named) expect(known).toContain(name);
  });
});
