import type { SampleTexts } from "../../src/model/run.ts";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { renderNotice } from "../../src/notice/formats/render.ts";
import type { Rendered } from "../../src/notice/formats/render.ts";
import { accountOf, composed, judgedOf, token, upgradeOf } from "./build.ts";
import { HOSTILE } from "./hostile.ts";

const A = token("a");

/** A notice with the value wherever a value of traffic, of the customers file or of the upgrade file can stand. */
export function formsWith(value: string): Rendered {
  const run = judgedOf([
    {
      method: value,
      count: 2,
      customer: A,
      client: { name: value, version: value },
      findings: [
        {
          kind: "error-message-changed",
          path: "/error/message",
          old: value,
          candidate: `${value} too`,
        },
        { kind: "field-removed", path: `/result/${value.replaceAll("/", "~1")}`, old: value },
      ],
    },
  ]);
  const texts = (pairId: string): SampleTexts => {
    const side = {
      outcome: "fault",
      status: 200,
      cut: null,
      text: JSON.stringify({ error: { message: value, [value]: value } }),
    };
    return {
      pairId,
      method: value,
      request: JSON.stringify({ method: value, params: [value, { [value]: value }] }),
      old: side,
      candidate: side,
    };
  };
  const notice = composed(
    [run],
    accountOf("acme", [A], { name: value, pseudonyms: [{ token: A, app: value }] }),
    {
      upgrade: upgradeOf({
        network: value,
        endpoint: value,
        unchanged: [value],
        notes: [value],
        rollback: { possible: true, note: value },
      }),
      readTexts: (_, ids) => new Map(ids.map((id) => [id, texts(id)])),
    },
  );
  return renderNotice(notice, openEngine(null));
}

/** A notice with all the hostile values at once, one after the other. */
export function hostileForms(): Rendered {
  return formsWith(HOSTILE.join(" "));
}
