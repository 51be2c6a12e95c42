import { afterEach, expect, test } from "vitest";
import { noticesPath } from "../../src/notice/store/open.ts";
import { token } from "./build.ts";
import { killer, settlement } from "./crash.ts";
import { project, REMOVED } from "./project.ts";
import { startReceivers } from "./receivers.ts";
import type { Receivers } from "./receivers.ts";

let receivers: Receivers;

afterEach(() => receivers.close());

const ACCOUNTS = ["a", "b", "c", "d"];
const WORDS = ["run", "--send", "--allow-private", "--wait", "0s"];

test("killed in the middle again and again, every message arrives once", async () => {
  const { onArrival, ...sender } = killer();
  receivers = await startReceivers(onArrival);
  const base = `http://127.0.0.1:${receivers.httpPort}`;
  const own = project(
    ACCOUNTS.map((one) => `${one},${token(one)},${one}@example.org,ext-${one},${base}/in/${one}`),
    ACCOUNTS.map((one) => ({
      method: "eth_getBlockByNumber",
      count: 2,
      customer: token(one),
      findings: [REMOVED],
    })),
  );
  const env = {
    ...receivers.env,
    ...Object.fromEntries(
      ACCOUNTS.map((one) => [
        `SHADOWDIFF_SLACK_WEBHOOK_EXT_${one.toUpperCase()}`,
        `${base}/slack/${one}`,
      ]),
    ),
  };
  await own.notice("draft", "run", "--customers", "customers.csv");
  await own.notice("approve", "run", "--all", "--by", "ann");
  for (const after of [1, 3]) expect(await sender.send(WORDS, own.folder, env, after)).toBeNull();
  expect(await sender.send(WORDS, own.folder, env, null)).toBe(4);
  // What was being transmitted when the sender died is in doubt; nothing of it went out a second time.
  const before = receivers.accepted.filter(({ channel }) => channel !== "webhook");
  expect(
    new Set(before.map(({ channel, id, account }) => `${channel} ${id} ${account}`)).size,
  ).toBe(before.length);
  const { delivered, resend } = settlement(noticesPath(own.run), receivers.accepted);
  expect(delivered.length + resend.length).toBeGreaterThan(0);
  const settled = [
    ...delivered.flatMap((id) => ["--delivered", id]),
    ...resend.flatMap((id) => ["--resend", id]),
  ];
  expect(await sender.send([...WORDS, ...settled], own.folder, env, null)).toBe(0);
  const arrivals = receivers.accepted.map(
    ({ channel, account, id }) => `${channel} ${account} ${id}`,
  );
  const byPlace = Map.groupBy(new Set(arrivals), (arrival) =>
    arrival.split(" ").slice(0, 2).join(" "),
  );
  expect([...byPlace.keys()].sort()).toEqual(
    ["email", "slack", "webhook"].flatMap((channel) => ACCOUNTS.map((one) => `${channel} ${one}`)),
  );
  for (const ids of byPlace.values()) expect(ids).toHaveLength(1);
  const repeated = arrivals.filter((arrival) => !arrival.startsWith("webhook"));
  expect(new Set(repeated).size).toBe(repeated.length);
});
