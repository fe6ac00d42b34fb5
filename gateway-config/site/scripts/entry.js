// One booking in the owner's list: a line that opens.
import { factRows, h, icon } from "./dom.js";
import { cityName, rangeText, zoneOffset } from "./dates.js";
import { placeNode } from "./event.js";
import { t } from "./messages.js";

// What is shown on lines of its own, or is in the booking itself.
const known = new Set(["name", "email", "notes", "guests", "location", "attendeePhoneNumber"]);

/** `title`: the event type's; `acts`: { cancel, confirm, decline }, each called with the booking. */
export function entry(booking, { zone, title, acts }) {
  const visitor = booking.attendees?.[0];
  const others = (booking.attendees?.length ?? 0) - 1;
  const off = booking.status === "cancelled" || booking.status === "rejected";
  const summary = h("summary", { class: "line" },
    h("span", { class: "at" }, rangeText(booking.start, booking.end, zone)),
    h("span", { class: "name" }, visitor?.name ?? "", others > 0 && ` +${others}`,
      booking.status === "pending" && [" ", h("span", { class: "tag" }, t("dashboard.waiting"))]),
    h("span", { class: "event" }, title), icon("down"));
  return h("details", { class: off ? "entry off" : "entry", "data-uid": booking.uid }, summary,
    h("div", { class: "more" },
      h("dl", {}, factRows(facts(booking, zone))), h("div", { class: "actions" }, buttons(booking, acts))));
}

function facts(booking, zone) {
  const answers = booking.bookingFieldsResponses ?? {};
  const own = Object.entries(answers).filter(([slug]) => !known.has(slug));
  return [
    ...(booking.attendees ?? []).flatMap((each) => [
      [t("dashboard.email"), each.email && h("a", { href: `mailto:${each.email}` }, each.email)],
      [t("dashboard.phone"), each.phoneNumber && h("a", { href: `tel:${each.phoneNumber}` }, each.phoneNumber)],
      [t("dashboard.their"), theirTime(booking, each.timeZone, zone)],
    ]),
    [t("booking.where"), placeNode(booking.location)],
    [t("booking.guests"), booking.guests?.join(", ")],
    [t("booking.notes"), answers.notes],
    ...own.map(([slug, value]) => [slug, typeof value === "object" ? JSON.stringify(value) : String(value)]),
    [t("booking.reason"), booking.cancellationReason || booking.reschedulingReason],
  ];
}

function theirTime({ start, end }, theirs, ours) {
  if (zoneOffset(start, theirs) === zoneOffset(start, ours)) return null;
  return t("booking.zoneTime", { range: rangeText(start, end, theirs), city: cityName(theirs) });
}

function buttons(booking, { cancel, confirm, decline }) {
  const open = Date.parse(booking.end) > Date.now() && (booking.status === "accepted" || booking.status === "pending");
  const button = (label, kind, act) => h("button", {
    class: `button ${kind}`, type: "button", onclick: (event) => act(booking, event.currentTarget),
  }, label);
  return [
    open && booking.status === "pending" && button(t("dashboard.confirm"), "primary", confirm),
    open && booking.status === "pending" && button(t("dashboard.decline"), "danger", decline),
    h("a", { class: "button", href: `/booking/${encodeURIComponent(booking.uid)}` }, t("dashboard.openPage")),
    open && booking.status === "accepted" && button(t("booking.cancel"), "danger", cancel),
  ].filter(Boolean);
}
