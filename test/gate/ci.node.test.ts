import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../support/folder.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";
import { runAction, runScript, type Action } from "./ci-runner.ts";
import { startCommentsApi, type CommentsApi } from "./comments-api.ts";
import { startSuiteNode, writeSuite, type SuiteNode } from "./suite.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ACTION = parse(readFileSync(path.join(ROOT, "action.yml"), "utf8")) as Action;

let node: SuiteNode;
let cwd = "";
let api: CommentsApi;

beforeAll(async () => {
  node = await startSuiteNode();
});
afterAll(() => node.stop());
beforeEach(async () => {
  cwd = temporaryFolder();
  api = await startCommentsApi(130);
  onTestFinished(() => api.close());
});

const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`;

/** A candidate that lost one field of one method. */
async function brokenCandidate(): Promise<string> {
  const proxy = await startAlteringProxy(node.url, (request, answer) =>
    request.includes('"eth_getTransactionReceipt"')
      ? answer.replace(/"cumulativeGasUsed":"0x[0-9a-f]+",?/, "")
      : null,
  );
  onTestFinished(() => proxy.close());
  return proxy.url;
}

function machineEnv(): Record<string, string> {
  const set = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|CI$|GITHUB_|VITEST)/.test(name),
  );
  return Object.fromEntries(set.map(([name, value]) => [name, value ?? ""]));
}

function githubEnv(): Record<string, string> {
  writeFileSync(path.join(cwd, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
  return {
    PATH,
    HOME: cwd,
    CI: "true",
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: "owner/repo",
    GITHUB_EVENT_PATH: path.join(cwd, "event.json"),
    GITHUB_STEP_SUMMARY: path.join(cwd, "summary.md"),
  };
}

describe("the GitHub Action", () => {
  const INSTALL = "Install shadowdiff";
  const inputs = { start: "touch started", stop: "touch stopped", wait: "20s" };

  test("every step of a run that passes", async () => {
    await writeSuite(cwd, {
      chain: node.chain,
      count: 300,
      old: node.url,
      candidate: "http://127.0.0.1:1",
    });
    const results = await runAction(ACTION, {
      cwd,
      env: githubEnv(),
      // The input outranks the file, whose candidate is not there.
      inputs: { ...inputs, candidate: `${node.url}\n` },
      skip: [INSTALL],
    });
    expect(Object.fromEntries(results)).toMatchObject({
      "Set up Node.js": "used",
      "Start the nodes": { code: 0 },
      "Check, replay, report and gate": {
        code: 0,
        output: expect.stringContaining("Verdict: pass"),
      },
      Annotate: { code: 0 },
      "Upload the report": "used",
      Comment: { code: 0, output: "Comment written.\n" },
      "Stop the nodes": { code: 0 },
      Verdict: { code: 0 },
    });
    for (const file of [
      "started",
      "stopped",
      "summary.md",
      "reports/ci/report.html",
      "reports/ci/gate.xml",
    ]) {
      expect([file, existsSync(path.join(cwd, file))]).toEqual([file, true]);
    }
  });

  test("a run that fails is still annotated, uploaded and commented on; a second one replaces the comment", async () => {
    const candidate = await brokenCandidate();
    await writeSuite(cwd, { chain: node.chain, count: 300, old: node.url, candidate });
    const first = await runAction(ACTION, { cwd, env: githubEnv(), inputs, skip: [INSTALL] });
    expect(Object.fromEntries(first)).toMatchObject({
      "Check, replay, report and gate": { code: 0 },
      Annotate: { code: 0, output: expect.stringMatching(/^::error title=field-removed/m) },
      "Upload the report": "used",
      Comment: { output: "Comment written.\n" },
      "Stop the nodes": { code: 0 },
      Verdict: { code: 1 },
    });
    const comment = ACTION.runs.steps.find(({ name }) => name === "Comment")?.run ?? "";
    const env = { ...githubEnv(), OUT: "reports/ci", GITHUB_TOKEN: "token-of-the-job" };
    expect(await runScript(comment, { cwd, env })).toEqual({
      code: 0,
      output: "Comment updated.\n",
    });
    expect(api.comments.size).toBe(131);
    expect(api.comments.get(131)).toContain("cumulativeGasUsed");
    expect(api.seen.at(-1)).toBe(
      "PATCH /repos/owner/repo/issues/comments/131 Bearer token-of-the-job",
    );
  });

  test("nodes that never answer: the run failed (4), and the nodes are stopped all the same", async () => {
    await writeSuite(cwd, {
      chain: node.chain,
      count: 10,
      old: node.url,
      candidate: "http://127.0.0.1:1",
    });
    const results = await runAction(ACTION, {
      cwd,
      env: githubEnv(),
      inputs: { ...inputs, wait: "1s" },
      skip: [INSTALL],
    });
    expect(Object.fromEntries(results)).toMatchObject({
      Annotate: { code: 0, output: "There is no run to render.\n" },
      Comment: { code: 0, output: "There is nothing to say.\n" },
      "Stop the nodes": { code: 0 },
      Verdict: { code: 4 },
    });
  });

  test("a start command that fails ends the job; the nodes are stopped all the same", async () => {
    const results = await runAction(ACTION, {
      cwd,
      env: githubEnv(),
      inputs: { ...inputs, start: "false | cat; touch never" },
      skip: [INSTALL],
    });
    expect(Object.fromEntries(results)).toMatchObject({
      "Start the nodes": { code: 1 },
      "Check, replay, report and gate": "not run",
      "Stop the nodes": { code: 0 },
      Verdict: "not run",
    });
    expect(existsSync(path.join(cwd, "never"))).toBe(false);
  });

  test("the install step makes a checkout that works", async () => {
    const checkout = path.join(cwd, "action");
    mkdirSync(checkout);
    for (const part of [
      "bin",
      "src",
      "templates",
      "ci",
      "recordings",
      "package.json",
      "package-lock.json",
    ]) {
      cpSync(path.join(ROOT, part), path.join(checkout, part), { recursive: true });
    }
    const install = ACTION.runs.steps.find(({ name }) => name === INSTALL)?.run ?? "";
    // The machine's own way to its registry, certificates and proxies included.
    const env = {
      ...machineEnv(),
      PATH,
      GITHUB_ACTION_PATH: checkout,
      npm_config_prefer_offline: "true",
    };
    expect(await runScript(install, { cwd, env })).toMatchObject({ code: 0 });
    expect(existsSync(path.join(checkout, "node_modules", "vitest"))).toBe(false);
    const help = await runScript('node "$GITHUB_ACTION_PATH/bin/shadowdiff.js" gate --help', {
      cwd,
      env,
    });
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining("shadowdiff gate") });
  });
});

interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly after_script: readonly string[];
}

describe("the GitLab template", () => {
  const { ".shadowdiff": job } = parse(readFileSync(path.join(ROOT, "ci/gitlab.yml"), "utf8")) as {
    ".shadowdiff": GitlabJob;
  };

  test("every script of a job, in a merge request whose candidate is broken", async () => {
    const candidate = await brokenCandidate();
    await writeSuite(cwd, { chain: node.chain, count: 300, old: node.url, candidate });
    const prefix = path.join(cwd, "npm");
    const env = {
      ...job.variables,
      // The checkout instead of the registry's package; what is installed is the same command.
      SHADOWDIFF_PACKAGE: ROOT,
      PATH: `${path.join(prefix, "bin")}${path.delimiter}${PATH}`,
      HOME: process.env["HOME"] ?? cwd,
      npm_config_prefix: prefix,
      CI: "true",
      CI_API_V4_URL: `${api.url}/api/v4`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "3",
      SHADOWDIFF_GITLAB_TOKEN: "glpat-test",
    };
    const main = await runScript([...job.before_script, ...job.script].join("\n"), { cwd, env });
    expect(main).toMatchObject({ code: 1, output: expect.stringContaining("Verdict: fail") });
    const after = await runScript(job.after_script.join("\n"), { cwd, env });
    expect(after).toMatchObject({ code: 0, output: expect.stringContaining("Comment written.") });
    expect(existsSync(path.join(cwd, "reports/ci/gate.xml"))).toBe(true);
    expect(api.seen.at(-1)).toBe("POST /api/v4/projects/42/merge_requests/3/notes glpat-test");
    const again = await runScript(job.after_script.join("\n"), { cwd, env });
    expect(again.output).toContain("Comment updated.");
    expect(api.seen.at(-1)).toBe("PUT /api/v4/projects/42/merge_requests/3/notes/131 glpat-test");
  });
});

describe("the sticky comment", () => {
  test("a token that may not write costs the comment, not the job", async () => {
    api.refuse(403);
    writeFileSync(path.join(cwd, "comment.md"), "<!-- marker -->\ntext");
    writeFileSync(path.join(cwd, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
    const env = {
      PATH,
      GITHUB_TOKEN: "t",
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: "o/r",
      GITHUB_EVENT_PATH: path.join(cwd, "event.json"),
    };
    const script = `node "${path.join(ROOT, "ci/sticky-comment.mjs")}" comment.md`;
    expect(await runScript(script, { cwd, env })).toEqual({
      code: 0,
      output: "No comment: GET answered 403.\n",
    });
    const elsewhere = await runScript(script, { cwd, env: { PATH } });
    expect(elsewhere.output).toContain("this is no pull or merge request");
  });
});
