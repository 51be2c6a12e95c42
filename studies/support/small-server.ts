import { createServer } from "node:net";

/**
 * Answers each JSON-RPC request with a small result, as cheaply as one process can: the bench measures the client. The port is
 * told to the parent; it ends with the parent.
 */
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
const END = Buffer.from("\r\n\r\n");

const server = createServer((socket) => {
  let pending = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let out = "";
    for (;;) {
      const end = pending.indexOf(END);
      if (end === -1) break;
      const head = pending.toString("latin1", 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + END.length + length;
      if (pending.length < total) break;
      const body = answer(pending.toString("latin1", end + END.length, total));
      out += `${HEAD}${body.length}\r\n\r\n${body}`;
      pending = pending.subarray(total);
    }
    if (out !== "") socket.write(out, "latin1");
  });
});

const isChanged = process.argv[2] === "changed";

/** What a node of the next version answers now and then. */
function changed(id: string): string | null {
  if (!isChanged || !id.endsWith("00")) return null;
  if (id.endsWith("1000")) return '"error":{"code":-32000,"message":"no such account"}';
  return id.endsWith("500") ? '"result":7' : id.endsWith("700") ? '"result":"0x8"' : null;
}

function answer(request: string): string {
  const id = /"id":(\d+)/.exec(request)?.[1] ?? "1";
  if (request.includes("eth_getBlockByNumber")) {
    return `{"jsonrpc":"2.0","id":${id},"result":{"number":"0x64","hash":"0x${"ab".repeat(32)}"}}`;
  }
  return `{"jsonrpc":"2.0","id":${id},${changed(id) ?? '"result":"0x7"'}}`;
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : null);
});
process.on("disconnect", () => process.exit(0));
