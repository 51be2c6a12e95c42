import { usageError } from "../errors.ts";
import { compactBlocks } from "./compact.ts";
import { openForReading, openForWriting } from "./database.ts";

/**
 * Deletes a customer's exchanges for good: rows, and the bytes of their bodies in every block and free page. They are counted
 * as dropped for `forgotten`, and the weights of the others stay as they were. Gives how many there were.
 */
export function forgetCustomer(path: string, token: string): number {
  openForReading(path).close();
  const database = openForWriting(path);
  try {
    const customer = database
      .prepare<[string], { id: number }>("SELECT id FROM customers WHERE token = ?")
      .get(token);
    if (customer === undefined) throw usageError(`${path} has no customer ${token}`);
    const forgotten = database.transaction(() => {
      database
        .prepare(
          `UPDATE window_methods AS w SET seen = seen - (
             SELECT coalesce(sum(CASE WHEN e.forced = 1 THEN 0 ELSE x.weight END), 0)
             FROM exchanges e JOIN exchange_weights x ON x.exchange = e.id
             WHERE e.customer = ? AND e."window" = w."window" AND e.method = w.method)`,
        )
        .run(customer.id);
      database
        .prepare(
          "DELETE FROM large_bodies WHERE exchange IN (SELECT id FROM exchanges WHERE customer = ?)",
        )
        .run(customer.id);
      const gone = database
        .prepare("DELETE FROM exchanges WHERE customer = ?")
        .run(customer.id).changes;
      database.prepare("DELETE FROM window_customers WHERE customer = ?").run(customer.id);
      database.prepare("DELETE FROM customers WHERE id = ?").run(customer.id);
      database
        .prepare(
          "INSERT INTO drops (reason, exchanges) VALUES ('forgotten', ?) ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges",
        )
        .run(gone);
      return gone;
    })();
    // Blocks that held a deleted record are written anew without it; secure_delete zeroes the old pages.
    compactBlocks(database);
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.exec("VACUUM");
    database.pragma("wal_checkpoint(TRUNCATE)");
    return forgotten;
  } finally {
    database.close();
  }
}
