import type { ConformanceFacts } from "../../src/model/evidence.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { SampleTexts } from "../../src/model/run.ts";
import { conformanceJudge } from "../../src/conformance/conformance.ts";
import { readSpecification } from "../../src/conformance/read-specification.ts";

/** A small OpenRPC document of our own, with references at every place where one may stand. */
export const DOCUMENT = {
  openrpc: "1.2.6",
  info: { title: "Test service", version: "3" },
  methods: [
    {
      name: "eth_getBlockByNumber",
      params: [
        { name: "block", required: true, schema: { $ref: "#/components/schemas/uint" } },
        { name: "full", required: true, schema: { type: "boolean" } },
      ],
      result: {
        name: "block",
        schema: {
          oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Block" }],
        },
      },
      errors: [{ $ref: "#/components/errors/pruned" }],
      examples: [{ $id: "not a schema", result: { $ref: "nowhere" } }],
    },
    {
      name: "eth_call",
      params: [{ $ref: "#/components/contentDescriptors/data" }],
      result: { $ref: "#/components/contentDescriptors/data" },
      errors: [
        { code: 3, message: "execution reverted", data: { type: "string", pattern: "^0x" } },
      ],
    },
    { name: "eth_chainId", params: [], result: { name: "id", schema: { type: "string" } } },
    {
      name: "eth_elsewhere",
      params: [],
      result: { name: "x", schema: { $ref: "https://elsewhere.invalid/x.json" } },
    },
  ],
  components: {
    contentDescriptors: {
      data: {
        name: "data",
        required: true,
        schema: { type: "string", pattern: "^0x([0-9a-f]{2})*$" },
      },
    },
    errors: { pruned: { code: 4444, message: "Pruned history unavailable" } },
    schemas: {
      uint: { type: "string", pattern: "^0x(0|[1-9a-f][0-9a-f]*)$" },
      Block: {
        type: "object",
        required: ["number", "timestamp"],
        additionalProperties: false,
        properties: {
          number: { $ref: "#/components/schemas/uint" },
          timestamp: { $ref: "#/components/schemas/uint" },
          size: { type: "string" },
          uncles: { type: "array", items: { $ref: "#/components/schemas/Block" } },
        },
      },
    },
  },
};

export interface Difference {
  readonly method?: string;
  readonly params?: JsonValue;
  readonly path: string;
  readonly old: object;
  readonly candidate: object;
  readonly values?: { readonly old?: JsonValue; readonly candidate?: JsonValue };
}

function at(answer: object, pointer: string): JsonValue | undefined {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      answer,
    ) as JsonValue | undefined;
}

function side(answer: object): SampleTexts["old"] {
  return { outcome: "reply", status: 200, text: JSON.stringify(answer), cut: null };
}

/** What a document says of one difference. */
export function judged(
  {
    method = "eth_getBlockByNumber",
    params = ["0x1", false],
    path,
    old,
    candidate,
    values,
  }: Difference,
  document: unknown = DOCUMENT,
): ConformanceFacts {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return conformanceJudge(readSpecification(text, "test.json")).judge(
    {
      path,
      old: values === undefined ? at(old, path) : values.old,
      candidate: values === undefined ? at(candidate, path) : values.candidate,
    },
    {
      pairId: "1",
      method,
      request: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      old: side(old),
      candidate: side(candidate),
    },
  );
}
