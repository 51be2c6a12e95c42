/** A recorder in a process of its own: `node recorder-process.ts TARGET OUT on|off`. Prints its address, ends with its input. */
import { recorderDefaults } from "../../src/record/recorder-options.ts";
import { startRecorder } from "../../src/stages/record.ts";

const [target = "", out = "", mode = "on"] = process.argv.slice(2);
const recorder = await startRecorder({
  ...recorderDefaults,
  target,
  out,
  listen: { host: "127.0.0.1", port: 0 },
  key: Buffer.from("a key for benchmarks, 32 letters"),
  off: mode === "off",
});
console.log(JSON.stringify({ url: recorder.url, writerPid: recorder.writerPid() }));
process.stdin.resume();
process.stdin.once("end", () => {
  void recorder.stop().then((facts) => console.log(JSON.stringify(facts)));
});
