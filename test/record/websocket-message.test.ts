import { expect, it } from "vitest";
import { identify } from "../../src/wire/websocket-message.ts";
import { isAnswer } from "../../src/record/capture/is-answer.ts";

const keyOf = (text: string, side: "client" | "server" = "client"): string | null =>
  identify(Buffer.from(text), side).key;

it.each([
  ['{"id":1,"method":"a"}', '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ['{"id":"é1","method":"a"}', '{"jsonrpc":"2.0","id":"\\u00e91","result":1}'],
  ['{"id":9007199254740993,"method":"a"}', '{"jsonrpc":"2.0","id":9007199254740993,"result":1}'],
  ['{"method":"a","params":[{"id":7}],"id":1.0}', '{"result":[{"id":9}],"id":1}'],
  ['[{"id":5,"method":"a"},{"id":3,"method":"b"}]', '[{"id":3,"result":1},{"id":5,"result":2}]'],
])("pairs %s with %s", (request, answer) => {
  expect(keyOf(request)).not.toBeNull();
  expect(keyOf(answer, "server")).toBe(keyOf(request));
});

it("tells ids apart that a number would not", () => {
  expect(keyOf('{"id":9007199254740993,"method":"a"}')).not.toBe(
    keyOf('{"id":9007199254740992,"method":"a"}'),
  );
});

it.each([
  ['{"id":1,"method":"a"}', '{"id":1,"result":1}', true],
  ['{"id":1,"method":"a"}', '{"id":2,"result":1}', false],
  ['{"id":1,"method":"a"}', '{"id":null,"error":{}}', true],
  ['{"id":1,"method":"a"}', "<html>", true],
  ['{"id":"1","method":"a"}', '{"id":1,"result":1}', true],
  ['{"id":9007199254740993,"method":"a"}', '{"id":9007199254740992,"result":1}', true],
  ['[{"id":1,"method":"a"},{"id":2,"method":"a"}]', '[{"id":2,"result":1}]', true],
  ['[{"id":1,"method":"a"},{"id":2,"method":"a"}]', '[{"id":3,"result":1}]', false],
  ['[{"id":5,"method":"a"},{"id":1,"method":"a"}]', '{"id":5,"error":{}}', true],
  ['{"query":"{block}"}', '{"id":7,"result":1}', true],
])("%s answered by %s: %s", (request, answer, wanted) => {
  expect(isAnswer(Buffer.from(request), Buffer.from(answer))).toBe(wanted);
});
