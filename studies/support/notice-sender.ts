import { transportsFrom } from "../../src/stages/notice-send.ts";
import { sendNotices } from "../../src/notice/send.ts";
import { lockSending } from "../../src/notice/store/lock.ts";
import { openOutbox } from "../../src/notice/store/outbox.ts";
import { openStore } from "../../src/notice/store/store.ts";

/*
 * `notice send` with retries that follow within seconds instead of days, as a process that can be killed. Words: the notices file,
 * then message ids to settle, each with + (delivered) or - (send again) before it.
 */
const [file = "", ...settled] = process.argv.slice(2);
const now = (): Date => new Date();
using store = openStore(file, { create: false });
using _lock = lockSending(file);
const outbox = openOutbox(store);
const open = new Map(outbox.byState("in-doubt").map((row) => [row.id, row]));
for (const word of settled) {
  const row = open.get(word.slice(1));
  if (row !== undefined)
    outbox.settle(
      row,
      word.startsWith("+") ? "delivered" : "waiting",
      "settled",
      { nextAt: 0 },
      now(),
    );
}
const result = await sendNotices({
  store,
  transports: transportsFrom({ env: process.env, allowPrivate: true, timeoutMs: 2_000, now }),
  templates: null,
  retriesMs: [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000],
  waitMs: 60_000,
  now,
  signal: new AbortController().signal,
  progress: () => undefined,
});
console.error(JSON.stringify(result));
process.exitCode = result.waiting + result.failed + result.inDoubt === 0 ? 0 : 4;
