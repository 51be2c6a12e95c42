import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { XMLParser } from "fast-xml-parser";
import { beforeEach, describe, expect, test } from "vitest";
import { readAccepted, writeAccepted } from "../../src/config/files/accepted-file.ts";
import { noticesPath } from "../../src/notice/store/open.ts";
import type { RunPart } from "../../src/model/run.ts";
import { openStore } from "../../src/notice/store/store.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { BUILT_AT, builtFingerprint, type BuiltCalls } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";
import { storeBuiltRun } from "../support/stored-run.ts";

const HEALTHY: readonly BuiltCalls[] = [
  { method: "eth_call", count: 2_000, customer: "cus_0000000000000001" },
  { method: "eth_getLogs", count: 1_100, customer: "cus_0000000000000002" },
];
const BROKEN: readonly BuiltCalls[] = [
  ...HEALTHY,
  { method: "eth_call", count: 3, findings: [{ kind: "field-removed", path: "/result/a" }] },
];
const RISKY: readonly BuiltCalls[] = [
  ...HEALTHY,
  { method: "eth_call", count: 2, findings: [{ kind: "letter-case-changed" }] },
];
const FINGERPRINT = builtFingerprint("field-removed", "eth_call", "/result/a");

function oneBroken(method: string): readonly BuiltCalls[] {
  return [{ method, count: 1, findings: [{ kind: "field-removed" }] }];
}

function shardOf3(shard: number): RunPart[] {
  return [{ work: "w", contents: ["c"], shards: [shard], of: 3, plan: null }];
}

/** A line of a pairs file; one of them differs. */
function balancePair(id: number): string {
  return JSON.stringify({
    request: { jsonrpc: "2.0", id, method: "eth_getBalance", params: [`0x${id}`, "0x10"] },
    old: { jsonrpc: "2.0", id, result: `0x${id}` },
    candidate: { jsonrpc: "2.0", id, result: id === 7 ? "0x" : `0x${id}` },
  });
}

let cwd = "";
beforeEach(() => {
  cwd = temporaryFolder();
});

function gate(
  words: readonly string[],
  env: Record<string, string> = {},
  now = BUILT_AT,
): Promise<CliResult> {
  return runCli(["gate", ...words], { cwd, env, now });
}

function write(name: string, text: string): void {
  writeFileSync(path.join(cwd, name), text);
}

function read(name: string): string {
  return readFileSync(path.join(cwd, name), "utf8");
}

describe("exit codes", () => {
  test("0, 1 and 3 for pass, fail and inconclusive, whatever the format", async () => {
    storeBuiltRun(cwd, "clean", HEALTHY);
    storeBuiltRun(cwd, "broken", BROKEN);
    storeBuiltRun(cwd, "few", [{ method: "eth_call", count: 10 }]);
    for (const format of ["text", "json", "junit", "markdown", "github", "html"]) {
      const codes = [];
      for (const run of ["clean", "broken", "few"]) {
        codes.push((await gate([run, "--format", format])).code);
      }
      expect([format, ...codes]).toEqual([format, 0, 1, 3]);
    }
  });

  test("3 for a run that was cut short", async () => {
    storeBuiltRun(cwd, "short", HEALTHY, { incomplete: "interrupted" });
    const { code, stdout } = await gate(["short"]);
    expect(code).toBe(3);
    expect(stdout).toContain("run.incomplete the run did not finish: interrupted");
  });

  test("2 for what can't be understood, with the nearest word", async () => {
    storeBuiltRun(cwd, "clean", HEALTHY);
    write("typo.yaml", "require: { comparedCals: 5 }\n");
    write("section.yaml", "gat: { strictAccepted: true }\n");
    expect(await gate(["clean", "--config", "typo.yaml"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'require.comparedCals: unknown key; did you mean "comparedCalls"?',
      ),
    });
    expect(await gate(["clean", "--config", "section.yaml"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "gate"?'),
    });
    expect(await gate(["clean", "--fail-onn", "risky"])).toMatchObject({ code: 2 });
    expect(await gate(["clean", "--fail-on", "everything"])).toMatchObject({ code: 2 });
    expect(await gate(["clean", "--format", "junti"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "junit"?'),
    });
    expect(await gate(["nowhere"])).toMatchObject({ code: 2, stdout: "" });
    expect(await gate(["clean", "--config", "missing.yaml"])).toMatchObject({
      code: 2,
      stdout: "",
    });
    expect(await gate(["clean", "--accepted", "missing.yaml"])).toMatchObject({
      code: 2,
      stdout: "",
    });
  });
});

describe("settings", () => {
  test("a flag that contradicts environment and file wins, then the environment, then the file", async () => {
    storeBuiltRun(cwd, "risky", RISKY);
    write("shadowdiff.yaml", "failOn: risky\n");
    expect((await gate(["risky"])).code).toBe(1);
    expect((await gate(["risky"], { SHADOWDIFF_FAIL_ON: "breaking" })).code).toBe(0);
    expect(
      (await gate(["risky", "--fail-on", "risky"], { SHADOWDIFF_FAIL_ON: "breaking" })).code,
    ).toBe(1);
    write("shadowdiff.yaml", "failOn: risky\ngate: { failOn: breaking }\n");
    expect((await gate(["risky"])).code).toBe(0);
  });

  test("config says what is in force and where it came from", async () => {
    write(
      "shadowdiff.yaml",
      "failOn: risky\nrequire: { maxAge: 2h }\ngate: { accepted: ours.yaml }\n",
    );
    const options = { cwd, env: { SHADOWDIFF_STRICT_ACCEPTED: "true" } };
    const { code, stdout } = await runCli(["config", "--json"], options);
    const { settings } = JSON.parse(stdout) as { settings: { name: string }[] };
    expect(code).toBe(0);
    expect(settings).toEqual(
      expect.arrayContaining([
        { name: "failOn", value: "risky", origin: "file" },
        { name: "require.maxAge", value: "2h", origin: "file" },
        { name: "require.comparedCalls", value: "3000", origin: "default" },
        { name: "gate.accepted", value: "ours.yaml", origin: "file" },
        { name: "gate.strictAccepted", value: "true", origin: "environment" },
        { name: "gate.since", value: null, origin: "default" },
      ]),
    );
  });

  test("config never shows credentials", async () => {
    write(
      "shadowdiff.yaml",
      "replay: { old: ['http://user:hunter2@node:8545/v3/secretpathkey?k=1'] }\n",
    );
    const { stdout } = await runCli(["config", "replay"], { cwd });
    expect(stdout).toContain("http://node:8545");
    expect(stdout).not.toMatch(/hunter2|secretpathkey|k=1/);
  });
});

describe("renderings", () => {
  test("several from one run, each to its file, and the text beside them", async () => {
    storeBuiltRun(cwd, "broken", BROKEN);
    const summary = path.join(cwd, "summary.md");
    const formats = [
      "junit=gate.xml",
      "markdown=gate.md",
      "json=findings.json",
      "github=annotations.txt",
    ];
    const { code, stdout } = await gate(
      ["broken", ...formats.flatMap((one) => ["--format", one])],
      {
        GITHUB_STEP_SUMMARY: summary,
      },
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Verdict: fail/);
    const junit: unknown = new XMLParser({ ignoreAttributes: false }).parse(read("gate.xml"));
    expect(junit).toHaveProperty("testsuites");
    expect(read("gate.md")).toContain(FINGERPRINT);
    expect(JSON.parse(read("findings.json"))).toMatchObject({ verdict: { verdict: "fail" } });
    expect(read("annotations.txt")).toMatch(/^::error /);
    expect(read("summary.md")).toContain(FINGERPRINT);
  });

  test("two documents on stdout are refused: nothing could read them", async () => {
    storeBuiltRun(cwd, "clean", HEALTHY);
    const { code, stderr } = await gate(["clean", "--format", "json", "--format", "junit"]);
    expect(code).toBe(2);
    expect(stderr).toContain("only one of json, junit can go to stdout");
  });

  test("annotations may stand beside the text", async () => {
    storeBuiltRun(cwd, "broken", BROKEN);
    const { code, stdout } = await gate(["broken", "--format", "text", "--format", "github"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Verdict: fail[^]*^::error /m);
  });
});

describe("several runs", () => {
  test("two shards pass together where each is too small alone", async () => {
    storeBuiltRun(cwd, "one", [{ method: "eth_call", count: 1_600 }]);
    storeBuiltRun(cwd, "two", [{ method: "eth_call", count: 1_600 }]);
    expect((await gate(["one"])).code).toBe(3);
    expect((await gate(["one", "two"])).code).toBe(0);
  });

  test("the same run twice counts once, and is named", async () => {
    storeBuiltRun(cwd, "one", [{ method: "eth_call", count: 1_600 }]);
    storeBuiltRun(cwd, "copy", [{ method: "eth_call", count: 1_600 }], { id: "one" });
    const { code, stdout } = await gate(["one", "copy"]);
    expect(code).toBe(3);
    expect(stdout).toContain("run.repeated one is all of sample.sqlite once more");
  });

  test("the same pairs file compared twice counts once", async () => {
    const lines = Array.from({ length: 200 }, (_, id) => balancePair(id));
    write("pairs.jsonl", `${lines.join("\n")}\n`);
    writeFileSync(path.join(cwd, "again.jsonl.gz"), gzipSync(`${lines.join("\r\n")}\r\n`));
    for (const [file, out] of [
      ["pairs.jsonl", "r1"],
      ["again.jsonl.gz", "r2"],
    ] as const) {
      expect(await runCli(["compare", file, "--out", out], { cwd })).toMatchObject({ code: 0 });
    }
    const once = await gate(["r1", "r2"], {}, new Date());
    expect(once.stdout).toContain("(1 of 200;");
    expect(once.stdout).toContain("require.comparedCalls 200 < ");
    expect(once.stdout).toContain("run.repeated compare-");
  });

  test("a shard that is missing is inconclusive and named; report and gate take them all", async () => {
    storeBuiltRun(cwd, "s0", HEALTHY, { parts: shardOf3(0) });
    storeBuiltRun(cwd, "s1", [...HEALTHY, ...oneBroken("eth_getLogs")], { parts: shardOf3(1) });
    storeBuiltRun(cwd, "s2", HEALTHY, { parts: shardOf3(2) });
    const missing = await gate(["s0", "s2"]);
    expect(missing.code).toBe(3);
    expect(missing.stdout).toContain("run.shardsMissing 1 of 3: shard 1 of sample.sqlite");
    expect((await gate(["s0"])).code).toBe(3);
    expect((await gate(["s2", "s0", "s1"])).code).toBe(1);
    const words = ["report", "s0", "s1", "s2", "--format", "json", "--format", "html"];
    const report = await runCli(words, { cwd, now: BUILT_AT });
    expect(report).toMatchObject({ code: 0, stderr: "" });
    const { counts, findings } = JSON.parse(read("s0/findings.json")) as {
      counts: { calls: number };
      findings: { samples: { request: unknown }[] }[];
    };
    expect(counts.calls).toBe(9_301);
    expect(findings[0]?.samples[0]?.request).toMatchObject({ method: "eth_getLogs" });
    expect(read("s0/report.html")).toContain("eth_getLogs");
  });

  test("samples show the texts of their own run, though the ids are the same", async () => {
    storeBuiltRun(cwd, "one", oneBroken("eth_call"));
    storeBuiltRun(cwd, "two", oneBroken("eth_getLogs"));
    const { stdout } = await gate(["one", "two", "--format", "json"]);
    const { findings } = JSON.parse(stdout) as {
      findings: { method: string; samples: { pairId: string; request: { method: string } }[] }[];
    };
    const asked = findings.map(
      ({ method, samples }) =>
        [method, samples.map(({ pairId, request }) => `${pairId} ${request.method}`)] as const,
    );
    expect(new Map(asked)).toEqual(
      new Map([
        ["eth_call", ["1/0:1:0 eth_call"]],
        ["eth_getLogs", ["2/0:1:0 eth_getLogs"]],
      ]),
    );
  });

  test("only what is new since an earlier run fails; what is gone is said", async () => {
    const other: BuiltCalls = {
      method: "eth_getLogs",
      count: 4,
      findings: [{ kind: "type-changed" }],
    };
    storeBuiltRun(cwd, "last", BROKEN);
    storeBuiltRun(cwd, "same", BROKEN);
    storeBuiltRun(cwd, "fixed", HEALTHY);
    storeBuiltRun(cwd, "worse", [...BROKEN, other]);
    expect((await gate(["same", "--since", "last"])).code).toBe(0);
    const worse = await gate(["worse", "--since", "last"]);
    expect(worse.code).toBe(1);
    expect(worse.stdout).toContain("finding.breaking type-changed eth_getLogs");
    expect(worse.stdout).not.toContain("finding.breaking field-removed");
    const fixed = await gate(["fixed", "--since", "last"]);
    expect(fixed.code).toBe(0);
    expect(fixed.stdout).toContain(
      "gone          field-removed eth_call /result/a: in 3 of 2,003 calls of run last, in none of 2,000",
    );
  });
});

test("a customer's objection fails the gate until it is taken back", async () => {
  const run = storeBuiltRun(cwd, "clean", HEALTHY);
  using notices = openStore(noticesPath(run), { create: true });
  const answer = notices.database.prepare(
    "INSERT INTO answers (upgrade, account, answer, reason, given_by, at) VALUES ('geth', 'acme', ?, ?, 'support', ?)",
  );
  answer.run("objects", "release freeze until January", BUILT_AT.toISOString());
  expect(await gate(["clean"])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("limit.objections 1 > 0 (acme: release freeze until January)"),
  });
  answer.run("ready", null, BUILT_AT.toISOString());
  expect(await gate(["clean"])).toMatchObject({ code: 0 });
});

describe("accepted findings", () => {
  const ACCEPT = [
    "accept",
    "broken",
    FINGERPRINT,
    "--reason",
    "told all customers",
    "--owner",
    "rpc-team",
  ];

  function accept(
    words: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<CliResult> {
    return runCli([...ACCEPT, ...words], { cwd, env, now: BUILT_AT });
  }

  beforeEach(() => {
    storeBuiltRun(cwd, "broken", BROKEN);
  });

  test("accept lets the gate pass for 30 days, and stores what it saw", async () => {
    expect(await accept()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("until the end of 2026-12-21"),
    });
    expect(read("accepted.yaml")).toMatchInlineSnapshot(`
      "# Findings that were accepted, by whom, why, and until when (the day counts whole, in UTC).
      # \`shadowdiff accept\` adds entries; they stay in the report and in the notices.

      accepted:
        - fingerprint: ${FINGERPRINT}
          reason: told all customers
          owner: rpc-team
          expires: 2026-12-21
          seen:
            rate: 0.0014977533699450823
            calls: 3
            comparedCalls: 2003
            paths:
              - /result/a
            customers: 0
      "
    `);
    const { code, stdout } = await gate(["broken"]);
    expect(code).toBe(0);
    expect(stdout).toContain("accepted 1 finding of this run is accepted and did not count");
    const later = await gate(["broken"], {}, new Date("2026-12-22T00:00:00Z"));
    expect(later.code).toBe(1);
    expect(later.stdout).toContain("its acceptance by rpc-team expired on 2026-12-21");
  });

  test("a cause is accepted with what it explains, when asked to", async () => {
    const hash = { kind: "value-changed", path: "/result/hash" } as const;
    const parent = { kind: "value-changed", path: "/result/parentHash", causedBy: hash } as const;
    storeBuiltRun(cwd, "fork", [
      ...HEALTHY,
      { method: "eth_call", count: 3, findings: [hash, parent] },
    ]);
    const cause = builtFingerprint("value-changed", "eth_call", "/result/hash");
    const words = [
      "accept",
      "fork",
      cause,
      "--reason",
      "a new field in the header",
      "--owner",
      "ops",
    ];
    const options = { cwd, now: BUILT_AT };
    await runCli(words, options);
    expect((await gate(["fork"])).code).toBe(1);
    const { stdout } = await runCli([...words, "--with-effects"], options);
    expect(stdout).toContain(builtFingerprint("value-changed", "eth_call", "/result/parentHash"));
    expect((await gate(["fork"])).code).toBe(0);
  });

  test("other entries and comments stay; an entry is replaced, not added twice", async () => {
    write(
      "accepted.yaml",
      `# ours\naccepted:\n  # since June\n  - fingerprint: "1111111111111111" # keep\n    reason: other\n    owner: me\n    expires: 2027-01-01\n`,
    );
    await accept();
    await accept(["--expires", "2027-02-01"]);
    const text = read("accepted.yaml");
    expect(text).toMatch(/^# ours[^]*# since June[^]*# keep[^]*expires: 2027-01-01/);
    expect(text.split(FINGERPRINT)).toHaveLength(2);
    expect(text).toContain("expires: 2027-02-01");
    const { stdout } = await gate(["broken"]);
    expect(stdout).toContain("accepted.unused 1111111111111111 is not in this run (me: other)");
    expect((await gate(["broken", "--strict-accepted"])).code).toBe(1);
  });

  test("a fingerprint of digits only stays text", async () => {
    write(
      "accepted.yaml",
      `accepted:\n  - fingerprint: 1111111111111111\n    reason: other\n    owner: me\n    expires: 2027-01-01\n`,
    );
    const { code, stderr } = await gate(["broken"]);
    expect(code).toBe(2);
    expect(stderr).toContain("accepted.0.fingerprint");
  });

  test("a fingerprint that YAML could take for a number is written as text", async () => {
    for (const fingerprint of ["1234567812345678", "12345678e1234567"]) {
      const entry = { fingerprint, reason: "r", owner: "o", expires: "2027-01-01" };
      writeAccepted(path.join(cwd, "accepted.yaml"), entry);
      expect(readAccepted(undefined, cwd)).toContainEqual(entry);
    }
  });

  test("is refused in CI, for a day too far, a day that is over, and a finding that is not there", async () => {
    expect(await accept([], { CI: "true" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("CI is set"),
    });
    expect(await accept(["--expires", "2027-05-21"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("the latest is 2027-05-20"),
    });
    expect(await accept(["--expires", "2026-11-20"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is over"),
    });
    expect(await accept(["--expires", "2026-02-30"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is no day"),
    });
    const unknown = await runCli(
      ["accept", "broken", "0000000000000000", "--reason", "x", "--owner", "y"],
      { cwd },
    );
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("has no finding 0000000000000000"),
    });
    expect(() => read("accepted.yaml")).toThrow("ENOENT");
  });

  test("an accepted finding that grew counts again, and says how", async () => {
    await accept();
    storeBuiltRun(cwd, "more", [
      ...HEALTHY,
      { method: "eth_call", count: 60, findings: [{ kind: "field-removed", path: "/result/a" }] },
    ]);
    const { code, stdout } = await gate(["more"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/accepted\.grown .* its rate is 0\.029, accepted at 0\.0015/);
  });

  test("entries without a reason or an owner, or twice the same, are errors", async () => {
    const entry = `  - fingerprint: "${FINGERPRINT}"\n    reason: r\n    owner: o\n    expires: 2027-01-01\n`;
    write("accepted.yaml", `accepted:\n${entry}${entry}`);
    expect(await gate(["broken"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("twice"),
    });
    write("accepted.yaml", `accepted:\n${entry.replace("reason: r", "reason: ''")}`);
    expect(await gate(["broken"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("a reason is needed"),
    });
    write("accepted.yaml", "accepted: [");
    expect(await gate(["broken"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not valid YAML"),
    });
    write("accepted.yaml", "accept:\n");
    expect(await gate(["broken"])).toMatchObject({ code: 2 });
  });
});
