// How an event type and its place read.
import { h, icon } from "./dom.js";
import { locale } from "./dates.js";
import { t } from "./messages.js";
import { namesOf } from "./offers.js";
import { isSeries, rhythmText } from "./series.js";

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
/** A place that is not public is told to who has booked. */
export const placeText = ({ type, address, public: isPublic }) =>
  (type === "address" && isPublic !== false && address) || t(`place.${type}`);

/** What tells places apart in a request. */
export const placeKey = ({ type, integration }) => (integration ? `${type} ${integration}` : type);
/** The places to choose from: of two that a request cannot tell apart only the first, which is the one it means. */
export const placesOf = ({ locations }) => (locations ?? []).filter((place, index, all) =>
  all.findIndex((each) => placeKey(each) === placeKey(place)) === index);

/** The icon lines below an event type's title. */
export function facts(event) {
  const line = (symbol, text) => h("li", {}, icon(symbol), h("span", {}, text));
  const places = placesOf(event);
  return [
    line("clock", lengthText(event.lengthInMinutes)),
    isSeries(event) && line("repeat", rhythmText(event.recurrence)),
    whom(event) && line("people", whom(event)),
    event.price > 0 && line("price", priceText(event.price, event.currency)),
    places.length === 1 && line(placeSymbol(places[0]), placeText(places[0])),
    places.length > 1 && line("place", t("place.several")),
  ].filter(Boolean);
}

/** Whom of a team one meets: all of them, or one who is free. */
function whom({ schedulingType, users, team }) {
  if (!team || !users?.length) return null;
  if (schedulingType === "collective" || users.length === 1) return t("event.all", { names: namesOf(users) });
  return t("event.one", { count: users.length });
}

/** A booking's place: a link where it is one. */
export function placeNode(location) {
  if (!location) return null;
  const [, rest] = location.match(/^https?:\/\/(.+)/) ?? [];
  if (rest) return h("a", { href: location, rel: "noopener" }, rest);
  return location.startsWith("integrations:") ? t("place.integration") : location;
}
