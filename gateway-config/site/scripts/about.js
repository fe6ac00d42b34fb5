// The margin of the booking page: whose it is, what is booked, and once a time is chosen, when.
import { $, h } from "./dom.js";
import { cityName, dayNumber, dayOf, dayText, fullDay, rangeText, timeText, zoneOffset } from "./dates.js";
import { facts } from "./event.js";
import { t } from "./messages.js";

/** `view`: { event, host, length, booking, zone }; `onLength(minutes)` chooses among an event's lengths. */
export function showAbout({ event, host, length, booking, zone }, onLength) {
  document.title = t("event.pageTitle", { title: event.title, name: host.name });
  $(".host").textContent = host.name;
  $(".host").title = host.name;
  const title = $(".about h1");
  title.textContent = event.title;
  title.toggleAttribute("data-long", event.title.length > 18);
  $(".facts").replaceChildren(...facts({ ...event, lengthInMinutes: length }));
  const options = booking ? [] : (event.lengthInMinutesOptions ?? []);
  $(".about-more").replaceChildren(...[
    options.length > 1 && lengths(options, length, onLength),
    booking ? before(booking, zone) : event.description && folded(t("event.about"), h("p", {}, event.description)),
    !event.id && people(event.users),
  ].filter(Boolean));
}

/** The chosen time, in the visitor's zone and, where it differs, the host's; its start while the length is unknown. */
export function showChosen({ time, zone, length, host }) {
  const day = dayOf(time, zone);
  const end = Date.parse(time) + length * 60000;
  const differs = host.zone && zoneOffset(time, host.zone) !== zoneOffset(time, zone);
  $(".chosen .number").textContent = dayNumber(day);
  $("#chosen-day").textContent = `${dayText(day, { weekday: "long" })}, ${dayText(day, { month: "long" })}`;
  $("#chosen-time").textContent = length ? rangeText(time, end, zone) : timeText(time, zone);
  const hostRange = () => rangeText(time, end, host.zone);
  const theirs = differs && t("booking.zoneTime", { range: hostRange(), city: cityName(host.zone) });
  $("#chosen-zone").textContent = [cityName(zone), theirs].filter(Boolean).join(" · ");
}

/** The time that a booking is moved away from. */
function before(booking, zone) {
  const time = `${fullDay(dayOf(booking.start, zone))}, ${timeText(booking.start, zone)}`;
  return h("p", { class: "was" }, h("s", { class: "muted" }, t("details.was", { time })));
}

/** Several people at once have no event type that could be booked: their common times, and the way to each. */
function people(users) {
  const links = users.map(({ name, username }) =>
    h("li", {}, h("a", { href: `/book/${encodeURIComponent(username)}` }, name)));
  return folded(t("group.about"), h("div", { class: "people" }, h("p", {}, t("group.intro")), h("ul", {}, links)));
}

function lengths(options, current, onLength) {
  const button = (minutes) => h("button", {
    type: "button", "aria-pressed": minutes === current, onclick: () => onLength(minutes),
  }, String(minutes));
  return h("div", { class: "switch lengths", role: "group", "aria-label": t("lengths") }, options.map(button));
}

// Beside the calendar there is room for it; above the calendar it waits behind its name.
function folded(name, content) {
  if (matchMedia("(min-width: 62rem)").matches) return h("div", { class: "description" }, content);
  return h("details", { class: "description" }, h("summary", {}, name), content);
}
