/** A proxy in a process of its own: `node tls-proxy.ts TARGET`. Prints its address, ends with its input. */
import { once } from "node:events";
import { createProxy } from "../../../src/record/proxy.ts";
import { urlOf } from "../../../src/record/listening.ts";
import { parseUpstream } from "../../../src/record/upstream.ts";

const proxy = createProxy(parseUpstream(process.argv[2] ?? "", "auto"), null);
proxy.server.listen(0, "127.0.0.1");
await once(proxy.server, "listening");
console.log(urlOf(proxy.server));
process.stdin.resume();
process.stdin.once("end", () => {
  proxy.closeAll(true);
  proxy.server.close();
});
