import { describe, expect, it } from "vitest";
import { redactOne } from "./support/redaction.ts";
import { echoOf, secretPlaces, spellings } from "./support/secret-places.ts";

describe("no canary is left, whatever its place, kind and form, though the node repeats all it was sent", () => {
  // Eight kinds of keys in turn: with each start every place has another one.
  it.each([0, 1, 2, 3, 4, 5, 6, 7])("from kind %i on", (from) => {
    const left: string[] = [];
    for (const planted of secretPlaces(from)) {
      const {
        place,
        secret,
        path = "/",
        verb = "POST",
        headers = {},
        body,
        given,
        silent,
      } = planted;
      const text =
        typeof body === "string"
          ? body
          : JSON.stringify(body ?? { jsonrpc: "2.0", id: 1, method: "eth_call", params: [] });
      const answers =
        given !== undefined
          ? [JSON.stringify({ id: 1, result: given })]
          : silent === true
            ? [""]
            : echoOf(path, headers, verb === "POST" ? text : "");
      for (const answer of answers) {
        const clean = redactOne({
          path,
          verb,
          headers,
          body: verb === "POST" ? text : undefined,
          answer,
          answerHeaders:
            silent === true
              ? {}
              : {
                  location: path,
                  link: `<http://h${path}>`,
                  "set-cookie": headers["cookie"] ?? "",
                },
        });
        if (spellings(secret).some((each) => clean.everything.includes(each))) {
          left.push(`${place}: ${secret} in ${clean.everything.slice(0, 300)}`);
        }
      }
    }
    expect(left).toEqual([]);
  });

  it("of at least 250 places, kinds and forms", () => {
    expect(secretPlaces(0).length).toBeGreaterThan(250);
  });
});
