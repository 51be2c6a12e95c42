import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { RotationOptions } from "../../src/record/writing/rotation.ts";
import { openPlace } from "../../src/scale/results/place.ts";
import { openClient } from "../../src/scale/stores/client.ts";
import { putFile, type FileFacts } from "../../src/scale/stores/put-file.ts";
import { localFiles } from "../../src/scale/stores/s3.ts";
import { uploadEnvironment, type UploadOptions } from "../../src/stages/upload.ts";
import { call, eventually, post, readAll, record, startNode } from "../record/support/recorders.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startS3, type S3 } from "../support/servers/s3.ts";

const LONGEST_MS = 120_000;
const ROTATION: RotationOptions = {
  sizeBytes: null,
  everyMs: 1_000,
  keepFiles: null,
  keepMs: null,
};
let s3: S3;

beforeAll(async () => {
  s3 = await startS3("recordings");
});

afterAll(() => s3.close());

function upload(folder: string, env = s3.env): UploadOptions {
  const own = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };
  return { to: `s3://recordings/${folder}`, env: uploadEnvironment({ ...own, ...env }) };
}

async function names(folder: string): Promise<string[]> {
  const place = await openPlace(`s3://recordings/${folder}`, "/", s3.env);
  try {
    return await place.list();
  } finally {
    place.close();
  }
}

/** A recorder by a clock that a test moves. */
async function recorder(options: Partial<Parameters<typeof record>[1]>) {
  const node = await startNode();
  let now = 0;
  let called = 0;
  const notices: string[] = [];
  const recording = await record(node.url, {
    rotation: ROTATION,
    drainMs: 30_000,
    clocks: { now: () => Date.UTC(2026, 0, 1) + now, clock: () => now },
    notice: (text) => void notices.push(text),
    ...options,
  });
  return {
    recording,
    notices,
    calls: async (count: number): Promise<void> => {
      for (let id = 0; id < count; id += 1)
        expect(await post(recording.url, call(id, "eth_chainId"))).toContain("eth_chainId");
      called += count;
    },
    rotate: async (): Promise<string> => {
      const file = recording.path();
      await eventually(() => recording.counts().stored === called, LONGEST_MS);
      now += 1_500;
      await eventually(() => recording.path() !== file, LONGEST_MS);
      return file;
    },
  };
}

describe("record --upload", { timeout: LONGEST_MS }, () => {
  it("brings finished files to the store, whole, and only then takes them off the disk", async () => {
    const { recording, calls, rotate } = await recorder({ upload: upload("day") });
    const files: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      await calls(10);
      files.push(await rotate());
    }
    await eventually(() => files.every((file) => !existsSync(file)), LONGEST_MS);
    await calls(7);
    const last = recording.path();
    await recording.stop();
    expect(existsSync(last)).toBe(false);
    const there = await names("day");
    expect(there).toEqual([...files, last].map((file) => path.basename(file)));
    const env = { ...s3.env, XDG_CACHE_HOME: temporaryFolder() };
    const uris = there.map((name) => `s3://recordings/day/${name}`);
    const fetched = await localFiles(uris, "/", env);
    expect(fetched.map((file) => readAll(file).exchanges.length)).toEqual([10, 10, 10, 7]);
    const inspected = await runCli(["inspect", uris[0] ?? "", "--json"], { env });
    expect(inspected.code).toBe(0);
  });

  it("keeps a file and tries again while the store is away; traffic never notices", async () => {
    const { calls, rotate, notices } = await recorder({
      upload: upload("away", { ...s3.env, AWS_MAX_ATTEMPTS: "1" }),
    });
    s3.fail("away", 2);
    await calls(5);
    const file = await rotate();
    await eventually(() => notices.some((text) => text.includes("can't be uploaded")), LONGEST_MS);
    expect(existsSync(file)).toBe(true);
    expect(await names("away")).toEqual([]);
    await calls(5);
    await eventually(() => !existsSync(file), LONGEST_MS);
    expect(await names("away")).toEqual([path.basename(file)]);
  });

  it("never writes over another's recording of the same name, and knows its own", async () => {
    const folder = temporaryFolder();
    const place = await openPlace("s3://recordings/same", "/", s3.env);
    onTestFinished(() => place.close());
    await place.put("test-20260101T000000Z.sqlite", Buffer.from("another's"));
    const { recording, calls } = await recorder({
      upload: upload("same"),
      out: path.join(folder, "test.sqlite"),
    });
    await calls(3);
    await recording.stop();
    expect(await names("same")).toEqual([
      "test-20260101T000000Z-2.sqlite",
      "test-20260101T000000Z.sqlite",
    ]);
    expect((await place.read("test-20260101T000000Z.sqlite")).toString()).toBe("another's");
  });

  it("leaves on the disk what can't be uploaded at the end, and says so; the next recorder does it", async () => {
    const out = path.join(temporaryFolder(), "test.sqlite");
    const nowhere = { ...s3.env, AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };
    const first = await recorder({ upload: upload("later", nowhere), out });
    await first.calls(4);
    const left = first.recording.path();
    await first.recording.stop();
    expect(existsSync(left)).toBe(true);
    expect(first.notices.join("\n")).toContain(
      "Not uploaded, and still here: test-20260101T000000Z.sqlite",
    );
    // A file that was not closed, and one that is no recording, are left alone.
    const foreign = path.join(path.dirname(out), "test-20250101T000000Z.sqlite");
    writeFileSync(foreign, "not a recording");
    const second = await recorder({
      upload: upload("later"),
      out,
      clocks: { now: () => Date.UTC(2026, 0, 2), clock: () => 0 },
    });
    await eventually(() => !existsSync(left), LONGEST_MS);
    await second.recording.stop();
    expect(await names("later")).toEqual([path.basename(left), "test-20260102T000000Z.sqlite"]);
    expect(readdirSync(path.dirname(out))).toEqual([path.basename(foreign)]);
  });

  it("takes large files in parts; of several that race for a name one has it, whole", async () => {
    const folder = temporaryFolder();
    const client = await openClient(s3.env);
    onTestFinished(() => client.destroy());
    const address = { bucket: "recordings", key: "large/file.sqlite" };
    const all = Array.from({ length: 3 }, (_, number): FileFacts & { body: Buffer } => {
      const body = randomBytes(40 * 1024 ** 2 + number);
      const file = path.join(folder, String(number));
      writeFileSync(file, body);
      const hash = createHash("sha256").update(body).digest("hex");
      return { file, body, bytes: body.length, hash };
    });
    const there = await Promise.all(all.map((facts) => putFile(client, address, facts)));
    expect(there.filter(Boolean)).toHaveLength(1);
    const winner = all[there.indexOf(true)];
    const env = { ...s3.env, XDG_CACHE_HOME: temporaryFolder() };
    const [file = ""] = await localFiles(["s3://recordings/large/file.sqlite"], "/", env);
    expect(winner?.body.equals(readFileSync(file))).toBe(true);
    // Its own once more is there; another's is not.
    expect(await Promise.all(all.map((facts) => putFile(client, address, facts)))).toEqual(there);
  });
});

it("needs rotation and a folder", async () => {
  const line = ["record", "--sink", "--out", "x.sqlite", "--upload"];
  const env = { SHADOWDIFF_KEY: "0123456789abcdef0123456789abcdef" };
  const alone = await runCli([...line, "s3://a/b"], { env });
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("--upload needs") });
  const bucket = await runCli([...line, "s3://a", "--rotate-every", "1h"], { env });
  expect(bucket).toMatchObject({ code: 2, stderr: expect.stringContaining("s3://BUCKET/FOLDER") });
});

it("gives the store's credentials to the process that uploads, and no key of ours", () => {
  const env = { AWS_PROFILE: "p", SHADOWDIFF_KEY: "k", HOME: "/h", SHADOWDIFF_OLD: "o" };
  expect(uploadEnvironment(env)).toEqual({ AWS_PROFILE: "p", HOME: "/h" });
});
