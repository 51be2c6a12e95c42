import { afterEach, describe, expect, test } from "vitest";
import { emailTransport } from "../../src/notice/deliver/email.ts";
import { isPublicAddress } from "../../src/notice/deliver/public-address.ts";
import { transportsFrom } from "../../src/stages/notice-send.ts";
import { sendNotices } from "../../src/notice/send.ts";
import type { SendInput } from "../../src/notice/send.ts";
import { openStore } from "../../src/notice/store/store.ts";
import { noticesPath } from "../../src/notice/store/open.ts";
import { token } from "./build.ts";
import { project } from "./project.ts";
import type { Project } from "./project.ts";
import { Refusal, startReceivers } from "./receivers.ts";
import type { OnArrival, Receivers } from "./receivers.ts";

let receivers: Receivers;

afterEach(() => receivers.close());

/** A project whose notices are approved, with every customer at the receivers. */
async function approved(onArrival?: OnArrival): Promise<Project> {
  receivers = await startReceivers(onArrival);
  const hook = `http://127.0.0.1:${receivers.httpPort}/in`;
  const own = project([
    `acme,${token("a")},acme@example.org,ext-acme,${hook}/acme`,
    `beta,${token("b")},beta@example.org,,${hook}/beta`,
  ]);
  own.env = {
    ...receivers.env,
    SHADOWDIFF_SLACK_WEBHOOK_EXT_ACME: `http://127.0.0.1:${receivers.httpPort}/slack/acme`,
  };
  await own.notice("draft", "run", "--customers", "customers.csv");
  await own.notice("approve", "run", "--all", "--by", "ann");
  return own;
}

const now = (): Date => new Date();

/** Sends with retries that follow at once. */
async function send(own: Project, changes: Partial<SendInput> = {}) {
  using store = openStore(noticesPath(own.run), { create: false });
  return await sendNotices({
    store,
    transports: transportsFrom({ env: own.env, allowPrivate: true, timeoutMs: 2_000, now }),
    templates: null,
    retriesMs: [1, 1, 1],
    waitMs: 5_000,
    now,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...changes,
  });
}

const arrived = () =>
  receivers.accepted.map(({ channel, account }) => `${channel} ${account}`).sort();
const ALL = ["email acme", "email beta", "slack acme", "webhook acme", "webhook beta"];

describe("sending", () => {
  test("reaches every place once; a second run sends nothing", async () => {
    const own = await approved();
    expect(await send(own)).toMatchObject({ delivered: 5, waiting: 0, failed: 0, inDoubt: 0 });
    expect(await send(own)).toMatchObject({ delivered: 0, waiting: 0, failed: 0, inDoubt: 0 });
    expect(arrived()).toEqual(ALL);
  });

  test("a mail has text and HTML, the notice's title, one recipient and an id of its own", async () => {
    const own = await approved();
    await send(own);
    const mail = receivers.accepted.find(
      ({ channel, account }) => channel === "email" && account === "acme",
    );
    expect(mail?.body).toMatch(/^Subject: Action by 12 Dec: 1 RPC change affects you/m);
    expect(mail?.body).toMatch(/^To: acme <acme@example\.org>/m);
    expect(mail?.body).toContain("Content-Type: text/plain");
    expect(mail?.body).toContain("Content-Type: text/html");
    expect(mail?.id).toMatch(/^ntc_[0-9a-f]{32}@example\.com$/);
  });

  test("refused ones are retried until they are taken, under the same id", async () => {
    const refusals = new Map<string, number>();
    const own = await approved(({ channel, account }) => {
      const key = `${channel} ${account}`;
      refusals.set(key, (refusals.get(key) ?? 0) + 1);
      if ((refusals.get(key) ?? 0) < 3) throw new Refusal(channel === "email" ? 451 : 503);
    });
    expect(await send(own)).toMatchObject({ delivered: 5, failed: 0 });
    expect(arrived()).toEqual(ALL);
    const ids = receivers.seen
      .filter(({ channel, account }) => channel === "webhook" && account === "acme")
      .map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  test("ones that are always refused fail and are shown, and others are not held up", async () => {
    const own = await approved(({ channel }) => {
      if (channel === "webhook") throw new Refusal(500);
    });
    expect(await send(own)).toMatchObject({ delivered: 3, failed: 2, waiting: 0 });
    const { stdout } = await own.notice("status", "run");
    expect(stdout).toContain("webhook 127.0.0.1");
    expect(stdout).toContain("failed (HTTP 500)");
    expect(receivers.seen.filter(({ channel }) => channel === "webhook")).toHaveLength(8);
  });

  test.each([
    [410, "webhook"],
    [404, "slack"],
    [550, "email"],
  ] as const)("%i is final for %s: it is not tried again", async (code, channel) => {
    const own = await approved((arrival) => {
      if (arrival.channel === channel && arrival.account === "acme") throw new Refusal(code);
    });
    expect(await send(own)).toMatchObject({ delivered: 4, failed: 1 });
    expect(
      receivers.seen.filter((one) => one.channel === channel && one.account === "acme"),
    ).toHaveLength(1);
  });

  test("a wait that was asked for is kept: the row is for a later run", async () => {
    const own = await approved(({ channel }) => {
      if (channel === "slack") throw new Refusal(429, { "retry-after": "30" });
    });
    expect(await send(own, { waitMs: 1_000 })).toMatchObject({ delivered: 4, waiting: 1 });
    expect(receivers.seen.filter(({ channel }) => channel === "slack")).toHaveLength(1);
  });

  test("redirects are not followed", async () => {
    const elsewhere = await startReceivers();
    const own = await approved(({ channel }) => {
      if (channel !== "email")
        throw new Refusal(307, { location: `http://127.0.0.1:${elsewhere.httpPort}/in/acme` });
    });
    await send(own);
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.close();
  });

  test("a lost answer leaves mail and Slack in doubt, never sent twice; a webhook goes again under its id", async () => {
    const held = new AbortController();
    const seenOnce = new Set<string>();
    const own = await approved(async ({ channel, account }) => {
      const key = `${channel} ${account}`;
      if (seenOnce.has(key)) return;
      seenOnce.add(key);
      await new Promise((resolve) => held.signal.addEventListener("abort", resolve));
    });
    const transports = transportsFrom({ env: own.env, allowPrivate: true, timeoutMs: 300, now });
    expect(await send(own, { transports })).toMatchObject({ delivered: 2, inDoubt: 3, failed: 0 });
    held.abort();
    expect(await send(own)).toMatchObject({ delivered: 0, inDoubt: 3 });
    const counts = Map.groupBy(receivers.seen, ({ channel, account }) => `${channel} ${account}`);
    expect([...counts].map(([key, all]) => `${key} ${all.length}`).sort()).toEqual([
      "email acme 1",
      "email beta 1",
      "slack acme 1",
      "webhook acme 2",
      "webhook beta 2",
    ]);
    expect(
      new Set(receivers.seen.filter(({ channel }) => channel === "webhook").map(({ id }) => id))
        .size,
    ).toBe(2);
  });

  test("a server that is away is tried again, not failed at once", async () => {
    const own = await approved();
    const { SHADOWDIFF_SMTP_URL: _url, ...env } = own.env;
    const away = { ...env, SHADOWDIFF_SMTP_URL: "smtp://127.0.0.1:1" };
    const transports = transportsFrom({ env: away, allowPrivate: true, timeoutMs: 500, now });
    expect(await send(own, { transports, retriesMs: [60_000], waitMs: 0 })).toMatchObject({
      delivered: 3,
      waiting: 2,
      failed: 0,
    });
  });

  test("a fault of one way to send stops no other; what had begun to leave is in doubt", async () => {
    const own = await approved();
    const [email, slack, webhook] = transportsFrom({
      env: own.env,
      allowPrivate: true,
      timeoutMs: 2_000,
      now,
    });
    const broken = {
      ...email!,
      deliver: (parcel: { account: string }, transmitting: () => void) => {
        if (parcel.account === "acme") transmitting();
        return Promise.reject(new Error("a bug"));
      },
    };
    const result = await send(own, { transports: [broken, slack!, webhook!] });
    expect(result).toMatchObject({ delivered: 3, inDoubt: 1, failed: 1 });
    expect((await own.notice("status", "run")).stdout).toContain("in-doubt (a bug)");
  });

  test("what is not set up is said and waits", async () => {
    const own = await approved();
    own.env = { SHADOWDIFF_NOTICE_SECRET: "another secret of the team" };
    const result = await send(own, { waitMs: 0 });
    expect(result.unavailable).toEqual([
      "acme: no mail server: set SHADOWDIFF_SMTP_URL",
      "acme: no webhook for #ext-acme: set SHADOWDIFF_SLACK_WEBHOOK_EXT_ACME",
      "beta: no mail server: set SHADOWDIFF_SMTP_URL",
    ]);
    expect(receivers.accepted).toEqual([]);
  });

  test("webhooks to private addresses are refused unless allowed", async () => {
    const own = await approved();
    const result = await send(own, {
      transports: transportsFrom({ env: own.env, allowPrivate: false, timeoutMs: 500, now }),
      waitMs: 0,
    });
    expect(result.unavailable).toEqual([
      "acme: the webhook is not https",
      "beta: the webhook is not https",
    ]);
    expect(receivers.seen.some(({ channel }) => channel === "webhook")).toBe(false);
  });

  test("a text that changed after its approval is not sent", async () => {
    const own = await approved();
    using store = openStore(noticesPath(own.run), { create: false });
    store.database
      .prepare("UPDATE places SET address = 'other@example.org' WHERE channel = 'email'")
      .run();
    const result = await send(own, { waitMs: 0 });
    expect(result).toMatchObject({ delivered: 0, changed: ["acme", "beta"] });
    expect(receivers.seen).toEqual([]);
  });
});

describe("addresses of webhooks", () => {
  test.each([
    "10.1.2.3",
    "127.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.168.1.1",
    "172.31.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "fd00::1",
    "fe80::1",
    "2002:a00:1::",
    "64:ff9b::a00:1",
    "224.0.0.1",
    "255.255.255.255",
  ])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(["93.184.216.34", "8.8.8.8", "2606:4700::1111", "172.32.0.1", "100.128.0.1"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test("a name that leads to a private address is not connected to", async () => {
    receivers = await startReceivers();
    const own = project([`acme,${token("a")},,,https://localhost:${receivers.httpPort}/in/acme`]);
    own.env = receivers.env;
    await own.notice("draft", "run", "--customers", "customers.csv");
    await own.notice("approve", "run", "--all", "--by", "ann");
    const result = await send(own, {
      transports: transportsFrom({ env: own.env, allowPrivate: false, timeoutMs: 500, now }),
      retriesMs: [60_000],
      waitMs: 0,
    });
    expect(result).toMatchObject({ delivered: 0, waiting: 1 });
    expect((await own.notice("status", "run")).stdout).toContain(
      "localhost is not a public address",
    );
  });
});

test("a mail server's URL that can't be read is refused without repeating it", async () => {
  receivers = await startReceivers();
  expect(() =>
    emailTransport({ url: "mail.example.com:587 password", from: "a@b.c", timeoutMs: 1 }),
  ).toThrow(/^SHADOWDIFF_SMTP_URL is not a mail server's URL\.$/);
});
