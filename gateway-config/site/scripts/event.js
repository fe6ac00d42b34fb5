// How an event type and its place read.
import { h, icon } from "./dom.js";
import { locale } from "./dates.js";
import { t } from "./messages.js";

export const lengthText = (minutes) => t("minutes", { count: minutes });

/** €60.00, from minor units; yen have none. */
export function priceText(amount, currency) {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: currency || "usd" });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

const symbols = {
  address: "place", attendeeAddress: "place", attendeeDefined: "place", phone: "phone", attendeePhone: "phone",
};
export const placeSymbol = (location) => symbols[location?.type] ?? "video";
export const placeText = (location) => (location.type === "address" && location.address) || t(`place.${location.type}`);

/** The icon lines below an event type's title. */
export function facts(event) {
  const line = (symbol, text) => h("li", {}, icon(symbol), h("span", {}, text));
  const places = event.locations ?? [];
  return [
    line("clock", lengthText(event.lengthInMinutes)),
    event.price > 0 && line("price", priceText(event.price, event.currency)),
    places.length === 1 && line(placeSymbol(places[0]), placeText(places[0])),
    places.length > 1 && line("place", t("place.several")),
  ].filter(Boolean);
}

/** A booking's place: a link where it is one. */
export function placeNode(location) {
  if (!location) return null;
  const [, rest] = location.match(/^https?:\/\/(.+)/) ?? [];
  if (rest) return h("a", { href: location, rel: "noopener" }, rest);
  return location.startsWith("integrations:") ? t("place.integration") : location;
}
