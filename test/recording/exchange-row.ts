import type { ExchangeRow } from "../../src/recording/batch.ts";

/** A call's row in a recording's store. */
export function exchangeRow(id: number, overrides: Partial<ExchangeRow> = {}): ExchangeRow {
  return {
    id,
    at: 1_000 + id,
    durationMs: 1,
    protocol: "json-rpc",
    transport: "http",
    connection: 1,
    method: "eth_call",
    customer: null,
    name: null,
    status: 200,
    errorCode: null,
    requestBytes: 1,
    responseBytes: 1,
    window: 1,
    priority: 0.5,
    forced: false,
    unreplayable: null,
    large: [],
    ...overrides,
  };
}
