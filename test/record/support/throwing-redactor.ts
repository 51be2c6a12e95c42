import { redactor as usual } from "../../../src/redact/redact.ts";
import type { Redactor } from "../../../src/redact/redact.ts";

/** A redactor that throws on one exchange of a hundred. */
export const redactor: typeof usual = (...given) => {
  const redact: Redactor = usual(...given);
  let count = 0;
  return (captured) => {
    count += 1;
    if (count % 100 === 0) throw new Error(captured.requestBody?.toString());
    return redact(captured);
  };
};
