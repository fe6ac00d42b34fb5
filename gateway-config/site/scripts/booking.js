// /booking/{uid}: the confirmation, and the page behind the link in the mail.
import { segments } from "./address.js";
import { $, announce, busy, factRows, h, icon, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { download, googleLink, outlookLink } from "./calendar-file.js";
import {
  besideNumber, browserZone, cityName, dayNumber, dayOf, isZone, longDate, rangeText, zoneOffset,
} from "./dates.js";
import { lengthText, placeNode } from "./event.js";
import "./frame.js";
import { errorText, has, t } from "./messages.js";
import { lasting, passing } from "./storage.js";

const uid = segments()[1] ?? "";
const query = new URLSearchParams(location.search);
const seat = query.get("seatUid");
const address = `/booking/${encodeURIComponent(uid)}${seat ? `?seatUid=${encodeURIComponent(seat)}` : ""}`;
const link = location.origin + address;
const page = $(".leaf");
let booking = null;

/** The zone that reads best: what the visitor chose, or what his browser says. */
const zone = [lasting.get("zone"), browserZone()].find(isZone);

// MARK: What state it is in

function describe() {
  const name = booking.hosts?.[0]?.name ?? "";
  const email = booking.attendees?.[0]?.email ?? "";
  const over = Date.parse(booking.end) < Date.now();
  if (booking.rescheduledToUid) return { tone: "off", symbol: "forward", key: "movedAway" };
  if (booking.status === "cancelled") return { tone: "off", symbol: "close", key: "cancelled" };
  if (booking.status === "rejected") return { tone: "off", symbol: "close", key: "rejected", name };
  if (over) return { tone: "past", symbol: "clock", key: "past" };
  if (booking.status === "pending") return { tone: "wait", symbol: "wait", key: "pending", name, email };
  if (query.has("new")) return { tone: "good", symbol: "check", key: "accepted", email };
  if (query.has("moved")) return { tone: "good", symbol: "check", key: "moved", email };
  return { tone: "good", symbol: "check", key: "yours" };
}

function show() {
  const { tone, symbol, key, name, email } = describe();
  page.dataset.tone = tone;
  page.removeAttribute("aria-busy");
  const fresh = key === "accepted" || key === "moved";
  const title = t(`booking.${key}`, { name });
  $(".badge").className = "badge";
  $(".badge").replaceChildren(icon(symbol));
  $("h1").textContent = title;
  const textKey = fresh && email ? "booking.acceptedText" : `booking.${key}Text`;
  $(".state p").textContent = has(textKey) ? t(textKey, { email, name }) : booking.title;
  document.title = `${title} · ${longDate(booking.start, zone)}`;
  showTime();
  showFacts();
  showActions(tone);
  if (fresh || query.has("new")) announce(`${title}. ${whenText()}`);
}

const whenText = () => `${longDate(booking.start, zone)}, ${rangeText(booking.start, booking.end, zone)}`;

function showTime() {
  const day = dayOf(booking.start, zone);
  const host = booking.hosts?.[0];
  const differs = host?.timeZone && zoneOffset(booking.start, host.timeZone) !== zoneOffset(booking.start, zone);
  $(".number").textContent = dayNumber(day);
  $(".day-name").textContent = besideNumber(day);
  $(".range").textContent = rangeText(booking.start, booking.end, zone);
  const theirs = differs && t("booking.zoneTime", {
    range: rangeText(booking.start, booking.end, host.timeZone), city: cityName(host.timeZone),
  });
  $(".zone-name").textContent = [cityName(zone), theirs].filter(Boolean).join(" · ");
}

function showFacts() {
  const answers = booking.bookingFieldsResponses ?? {};
  const rows = [
    [t("booking.what"), `${booking.title}, ${lengthText(booking.duration)}`],
    [t("booking.who"), booking.hosts?.map((host) => host.name).join(", ")],
    [t("booking.where"), placeNode(booking.location)],
    [t("booking.guests"), booking.guests?.join(", ")],
    [t("booking.notes"), answers.notes],
    [t("booking.reason"), booking.cancellationReason || booking.reschedulingReason],
  ];
  $(".facts-list").replaceChildren(...factRows(rows));
}

function showActions(tone) {
  const open = tone === "good" || tone === "wait";
  $(".keep").hidden = !open;
  $(".manage").hidden = false;
  $(".manage h2").hidden = !open;
  $("#google").href = googleLink(booking, link);
  $("#outlook").href = outlookLink(booking, link);
  const host = booking.hosts?.[0]?.username;
  const slug = booking.eventType?.slug;
  const bookPage = host && slug ? `/book/${encodeURIComponent(host)}/${encodeURIComponent(slug)}` : null;
  const move = `${bookPage}?${new URLSearchParams({ reschedule: uid, ...(seat && { seatUid: seat }) })}`;
  const newUid = booking.rescheduledToUid;
  const button = (href, key) => h("a", { class: "button", href }, t(key));
  const buttons = open
    ? [bookPage && button(move, "booking.move"),
      h("button", { class: "button danger", type: "button", onclick: askToCancel }, t("booking.cancel"))]
    : [newUid && button(`/booking/${encodeURIComponent(newUid)}`, "booking.openNew"),
      !newUid && bookPage && button(bookPage, "booking.again")];
  $("#actions").replaceChildren(...buttons.filter(Boolean));
}

function showMissing(title, text, action) {
  page.dataset.tone = "missing";
  page.removeAttribute("aria-busy");
  $(".badge").className = "badge";
  $(".badge").replaceChildren(icon("alert"));
  $("h1").textContent = title;
  $(".state p").textContent = text;
  for (const part of [$(".when"), $(".facts-list"), $(".keep")]) part.hidden = true;
  $(".manage").hidden = false;
  $(".manage h2").hidden = true;
  $("#actions").replaceChildren(action);
}

// MARK: Cancelling

function askToCancel() {
  $("#cancel-what").textContent = whenText();
  $("#trouble").replaceChildren();
  $("#cancel").showModal();
  $("#reason").focus();
}

async function cancel() {
  const reason = $("#reason").value.trim();
  const body = seat ? { seatUid: seat } : reason ? { cancellationReason: reason } : {};
  try {
    const answer = await fetchData(`bookings/${encodeURIComponent(uid)}/cancel`, { method: "POST", body });
    booking = Array.isArray(answer) ? answer[0] : answer;
    passing.remove(`made.${uid}`);
    // The address no longer says that it is new.
    for (const key of ["new", "moved"]) query.delete(key);
    history.replaceState(null, "", address);
    $("#cancel").close();
    show();
    $("h1").focus();
    announce(t("booking.cancelDone"));
  } catch (error) {
    const key = `refused.${error.reason}`;
    $("#trouble").replaceChildren(notice("danger", has(key) ? t(key) : errorText(error)));
  }
}

$("#cancel form").addEventListener("submit", (event) => {
  event.preventDefault();
  busy($("#cancel-yes"), cancel);
});
$("#cancel-no").addEventListener("click", () => $("#cancel").close());
$("#ics").addEventListener("click", () => download(booking, link));
$("#print").addEventListener("click", () => print());

// MARK: Start

async function start() {
  for (const part of [$(".when"), $(".facts-list")]) part.hidden = false;
  // A booking just made is known already; the server's word follows.
  booking = query.has("new") || query.has("moved") ? passing.get(`made.${uid}`) : null;
  if (booking) show();
  try {
    const answer = await fetchData(`bookings/${encodeURIComponent(uid)}`);
    booking = Array.isArray(answer) ? answer[0] : answer;
    show();
  } catch (error) {
    if (booking) return;
    if (error.status === 404 || error.status === 400) {
      showMissing(t("booking.missing"), t("booking.missingText"), h("a", { class: "button", href: "/" }, t("home")));
    } else {
      const again = h("button", { class: "button", type: "button", onclick: start }, t("retry"));
      showMissing(t("booking.yours"), errorText(error), again);
    }
  }
}

start();
