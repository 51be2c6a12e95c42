import type { Exchange } from "../model/exchange.ts";
import { hashOf } from "../replay/ask/seed.ts";

/** Which exchanges are asked of the candidates too. */
export type Admission = (exchange: Exchange) => boolean;

/**
 * By call, each exchange by itself; by customer, all or nothing of each (of each connection, where no customer is known), so that
 * a customer's sequences stay whole. The same for the same traffic, whatever runs beside it.
 */
export function createAdmission(share: number, by: "call" | "customer", seed: number): Admission {
  if (share >= 1) return () => true;
  const limit = share * 2 ** 32;
  return ({ id, at, customer, connection }) => {
    const unit = by === "call" ? `${at}:${id}` : (customer ?? `connection ${connection ?? id}`);
    return hashOf(unit, seed) < limit;
  };
}
