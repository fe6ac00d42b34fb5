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
import { namesOf, rememberTeam } from "./offers.js";
import { startText } from "./series.js";
import { lasting, passing } from "./storage.js";

const uid = segments()[1] ?? "";
const query = new URLSearchParams(location.search);
const seat = query.get("seatUid");
const address = `/booking/${encodeURIComponent(uid)}${seat ? `?seatUid=${encodeURIComponent(seat)}` : ""}`;
const link = location.origin + address;
const page = $(".leaf");
/** What the page is about: of a series the next one that takes place, and all of them. */
let booking = null;
let series = null;

/** The zone that reads best: what the visitor chose, or what his browser says. */
const zone = [lasting.get("zone"), browserZone()].find(isZone);

const isOpen = ({ status }) => status === "accepted" || status === "pending";
const isOver = ({ end }) => Date.parse(end) < Date.now();

function take(answer) {
  series = Array.isArray(answer) ? answer : null;
  booking = series ? (series.find((each) => isOpen(each) && !isOver(each)) ?? series[0]) : answer;
}

// MARK: What state it is in

const seatOf = () => booking.attendees?.find(({ seatUid }) => !seat || seatUid === seat);
/** Who takes one of several seats has no say over the others'; a whole booking says who its guests are. */
const isSeated = () => !("guests" in booking);

function describe() {
  const name = booking.hosts?.[0]?.name ?? "";
  const email = seatOf()?.email ?? "";
  if (booking.rescheduledToUid) return { tone: "off", symbol: "forward", key: "movedAway" };
  if (booking.status === "cancelled") return { tone: "off", symbol: "close", key: "cancelled" };
  if (booking.status === "rejected") return { tone: "off", symbol: "close", key: "rejected", name };
  if (isOver(booking)) return { tone: "past", symbol: "clock", key: "past" };
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
  $(".state p").textContent = stateText(key, fresh, { name, email });
  document.title = `${title} · ${longDate(booking.start, zone)}`;
  showTime();
  showFacts();
  showActions(tone);
  if (fresh || query.has("new")) announce(`${title}. ${whenText()}`);
}

function stateText(key, fresh, words) {
  if (key === "pending" && !words.email) return t("booking.pendingPlain", words);
  const textKey = fresh && words.email ? "booking.acceptedText" : `booking.${key}Text`;
  return has(textKey) ? t(textKey, words) : booking.title;
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
  const answers = booking.bookingFieldsResponses ?? seatOf()?.bookingFieldsResponses ?? {};
  const rows = [
    [t("booking.what"), [h("bdi", {}, booking.title), `, ${lengthText(booking.duration)}`]],
    [t("booking.who"), namesOf(booking.hosts)],
    [t("booking.where"), placeNode(booking.location)],
    [t("booking.dates"), series && dates()],
    [t("booking.guests"), booking.guests?.join(", ")],
    [t("booking.notes"), answers.notes],
    [t("booking.reason"), booking.cancellationReason || booking.rejectionReason || booking.reschedulingReason],
  ];
  $(".facts-list").replaceChildren(...factRows(rows));
}

/** All of a series, each with its own page. */
function dates() {
  return h("ol", { class: "dates" }, series.map((each) => {
    const state = { pending: t("booking.tentative") }[each.status] ?? (isOpen(each) ? null : t("booking.off"));
    const text = startText(each.start, zone);
    const name = isOpen(each) ? text : h("s", {}, text);
    return h("li", {}, h("a", { href: `/booking/${encodeURIComponent(each.uid)}` }, name), state && `, ${state}`);
  }));
}

// MARK: What can be done

function showActions(tone) {
  const open = tone === "good" || tone === "wait";
  const mine = open && (seat || !isSeated());
  $(".keep").hidden = !open;
  $(".manage").hidden = false;
  $(".manage h2").hidden = !mine;
  $("#google").href = googleLink(booking, link);
  $("#outlook").href = outlookLink(booking, link);
  const newUid = booking.rescheduledToUid;
  const whole = !series && booking.recurringBookingUid;
  const buttons = mine
    ? [!series && bookPage() && button(`${bookPage()}?${moveQuery()}`, "booking.move"),
      h("button", { class: "button danger", type: "button", onclick: askToCancel }, t("booking.cancel"))]
    : [newUid && button(`/booking/${encodeURIComponent(newUid)}`, "booking.openNew"),
      !open && !newUid && bookPage() && button(bookPage(), "booking.again")];
  const others = [whole && button(`/booking/${encodeURIComponent(whole)}`, "booking.all"),
    open && !mine && h("p", { class: "muted" }, t("booking.seats"))];
  $("#actions").replaceChildren(...[...buttons, ...others].filter(Boolean));
}

const button = (href, key) => h("a", { class: "button", href }, t(key));
const moveQuery = () => new URLSearchParams({ reschedule: booking.uid, ...(seat && { seatUid: seat }) });

/** Where this can be booked: at its team's page, or at its host's. Nowhere once its event type is gone. */
function bookPage() {
  const { id, slug, teamSlug } = booking.eventType ?? {};
  const name = teamSlug ?? booking.hosts?.[0]?.username;
  if (teamSlug) rememberTeam(teamSlug);
  return id && name && slug ? `/book/${encodeURIComponent(name)}/${encodeURIComponent(slug)}` : null;
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
  const open = series?.filter((each) => isOpen(each) && !isOver(each)).length;
  $("#cancel-what").textContent = series ? t("booking.cancelAll", { count: open }) : whenText();
  // One of a series may take the later ones along.
  $("#extent").hidden = Boolean(series) || !booking.recurringBookingUid;
  // A seat is given back without a word.
  $("#why").hidden = Boolean(seat);
  $("#trouble").replaceChildren();
  $("#cancel").showModal();
  (seat ? $("#cancel-yes") : $("#reason")).focus();
}

async function cancel() {
  const reason = $("#reason").value.trim();
  const later = !$("#extent").hidden && $("#extent [value=later]").checked;
  const body = seat ? { seatUid: seat }
    : { ...(reason && { cancellationReason: reason }), ...(later && { cancelSubsequentBookings: true }) };
  try {
    const answer = await fetchData(`bookings/${encodeURIComponent(series ? uid : booking.uid)}/cancel`, { method: "POST", body });
    // Who gave his seat back sees it as cancelled, whoever else comes.
    if (seat) booking = { ...booking, status: "cancelled" };
    else take(series || !Array.isArray(answer) ? answer : (answer.find((each) => each.uid === uid) ?? answer[0]));
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

/** By its seat, where one is named: then the answer says who sits there, also after it was moved. Whoever gave his seat
 *  back sees a cancelled booking, whoever else comes. */
async function fetchBooking() {
  const whole = () => fetchData(`bookings/${encodeURIComponent(uid)}`);
  if (!seat) return whole();
  try {
    return await fetchData(`bookings/by-seat/${encodeURIComponent(seat)}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    return { ...await whole(), status: "cancelled" };
  }
}

async function start() {
  for (const part of [$(".when"), $(".facts-list")]) part.hidden = false;
  // A booking just made is known already; the server's word follows.
  const made = query.has("new") || query.has("moved") ? passing.get(`made.${uid}`) : null;
  if (made) {
    take(made);
    show();
    // Once only: after a reload it may be another thing already.
    passing.remove(`made.${uid}`);
  }
  try {
    take(await fetchBooking());
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
