import type { Account } from "../config/customers.ts";
import type { Place } from "./store/store.ts";

/** Where an account's notices go. */
export function placesOf({ email, slack, webhook }: Account): Place[] {
  const places: Place[] = [];
  if (email !== null) places.push({ channel: "email", address: email });
  if (slack !== null) places.push({ channel: "slack", address: slack });
  if (webhook !== null) places.push({ channel: "webhook", address: webhook });
  return places;
}

/** A webhook's path may be a secret of the customer's: only its host is shown. */
export function shownPlace(channel: string, address: string): string {
  if (channel === "webhook") return `webhook ${URL.parse(address)?.host ?? ""}`;
  return channel === "slack" ? `Slack #${address}` : `e-mail ${address}`;
}
