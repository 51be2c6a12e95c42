import { redactor as usual } from "../../../src/redact/redact.ts";
import type { Redactor } from "../../../src/redact/redact.ts";

/** A redactor that does to its thread what a body asks for. */
export const redactor: typeof usual = (...given) => {
  const redact: Redactor = usual(...given);
  return (captured) => {
    const text = captured.requestBody?.toString() ?? "";
    if (text.includes("test_stall")) for (;;);
    if (text.includes("test_crash"))
      queueMicrotask(() => {
        throw new Error("nobody foresaw this");
      });
    if (text.includes("test_exit")) process.exit(1);
    if (text.includes("test_heap")) {
      const all: object[] = [];
      for (;;) all.push({ text });
    }
    return redact(captured);
  };
};
