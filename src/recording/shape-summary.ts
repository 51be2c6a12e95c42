import type { Exchange } from "../model/exchange.ts";
import type { JsonValue } from "../model/json.ts";
import type { RecordingReader } from "../model/recording.ts";
import { describeJsonRpc, describeOther } from "../protocol/exchange-shape.ts";

/** A form that a method's parameters took, with how often it was kept and how often it occurred in all of the traffic. */
export interface ShapeSummary {
  readonly method: string;
  readonly parameters: string;
  readonly kept: number;
  readonly traffic: number;
}

/** Reads every body, so it takes as long as an export. Events have no parameters and are left out. */
export function summariseShapes(reader: RecordingReader): ShapeSummary[] {
  const shapes = new Map<
    string,
    { method: string; parameters: string; kept: number; traffic: number }
  >();
  for (const exchange of reader.exchanges()) {
    if (exchange.unreplayable === "event") continue;
    const { method, parameters } = shapeOfExchange(exchange);
    const key = `${method} ${parameters}`;
    const shape = shapes.get(key) ?? { method, parameters, kept: 0, traffic: 0 };
    shape.kept += 1;
    shape.traffic += 1 / exchange.probability;
    shapes.set(key, shape);
  }
  return [...shapes.values()].sort(
    (a, b) => b.traffic - a.traffic || (a.method + a.parameters < b.method + b.parameters ? -1 : 1),
  );
}

function shapeOfExchange({ protocol, request }: Exchange): { method: string; parameters: string } {
  const json = protocol === "json-rpc" && request.body !== null ? parse(request.body) : undefined;
  return describeJsonRpc(json) ?? describeOther(request.verb, request.path, request.headers);
}

function parse(body: Buffer): JsonValue | undefined {
  try {
    const json: JsonValue = JSON.parse(body.toString("utf8"));
    return json;
  } catch {
    return undefined;
  }
}
