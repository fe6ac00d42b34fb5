// /book/{username}/{slug}: choose a day and a time, then say who you are.
import { showAbout, showChosen } from "./about.js";
import { canStepBack, readState, writeState } from "./address.js";
import { $, announce, busy, h, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { Calendar } from "./calendar.js";
import {
  addMonths, cityName, dayOf, fullDay, isTwelveHour, monthName, monthOf, setTwelveHour, timeText,
} from "./dates.js";
import { Day } from "./day.js";
import { errorText, t } from "./messages.js";
import { follow, Slots } from "./slots.js";
import { lasting } from "./storage.js";
import { showZone } from "./zone-button.js";

export function openEvent(username, slug) {
  const query = new URLSearchParams(location.search);
  const moving = query.get("reschedule");
  const slots = new Slots({ eventTypeSlug: slug, username }, moving);
  const calendar = new Calendar($(".month"), { onMonth: (month) => go({ month, date: null }), onDay: chooseDay });
  const day = new Day($(".day"), { onTime: chooseTime, onLeave: () => calendar.focus() });
  const clocks = document.querySelectorAll("[data-clock]");
  let state = readState();
  let event = null;
  let booking = null;
  let details = null;
  let aboutKey = null;
  let freeTime = null;
  let isMissing = false;

  const length = () => booking?.duration ?? state.length ?? event.lengthInMinutes;
  const host = () => {
    const user = event?.users?.[0];
    return { name: user?.name ?? username, zone: booking?.hosts?.[0]?.timeZone ?? user?.timeZone };
  };

  // MARK: Moving on

  function go(change, { step = false } = {}) {
    state = { ...state, ...change };
    writeState(state, step);
    update();
  }

  function chooseDay(date, byKeyboard) {
    day.say(null);
    go({ date }, { step: date !== state.date });
    if (byKeyboard) day.focus();
    else if (matchMedia("(max-width: 47.99rem)").matches) $(".day").scrollIntoView({ behavior: "smooth" });
  }

  function chooseTime(slot) {
    day.say(null);
    go({ date: dayOf(slot.start, state.zone), time: new Date(slot.start).toISOString() }, { step: true });
    scrollTo({ top: 0 });
    $("#details-title").focus();
  }

  function backToTimes() {
    go({ time: null });
    day.focus();
  }

  /** The server refused the chosen time. The list must be the new one before it is shown. */
  async function lost(reason) {
    const time = timeText(state.time, state.zone);
    await slots.refresh(state.zone, state.month);
    backToTimes();
    day.say("wait", t(`refused.${reason}`, { time }));
  }

  // MARK: Drawing

  async function update() {
    const { zone, month, length } = state;
    slots.length = length;
    document.documentElement.dataset.step = state.time ? "details" : "choose";
    const loaded = slots.load(zone, month);
    draw();
    await loaded;
    if (state.zone !== zone || state.month !== month || state.length !== length) return;
    draw();
    slots.load(zone, addMonths(month, 1));
  }

  /** The chosen day, or the first free one of the month. */
  function shownDay(days) {
    const { date, month } = state;
    return date && monthOf(date) === month && days[date] ? date : (Object.keys(days).sort()[0] ?? null);
  }

  function draw() {
    if (isMissing) return;
    const { zone, month, time } = state;
    const { days, error } = slots.known(zone, month);
    const date = days ? shownDay(days) : state.date;
    calendar.show({ month, today: dayOf(Date.now(), zone), selected: date, days, loading: !days && !error });
    showZone(zone);
    for (const each of clocks) each.setAttribute("aria-pressed", (each.dataset.clock === "12") === isTwelveHour());
    if (event) drawAbout();
    if (time) drawDetails(days);
    else if (error && !days) day.showText(t("day.failed"), errorText(error), { label: t("retry"), run: reload });
    else if (!days || !event) day.showWaiting(date);
    else if (date) drawDay(date, days[date]);
    else drawEmpty();
  }

  function drawDay(date, free) {
    const seats = event.seatsShowAvailabilityCount;
    day.show({ day: date, slots: free, zone: state.zone, length: length(), host: host(), seats });
  }

  function drawAbout() {
    const key = `${length()} ${state.zone}`;
    // Drawn again only for a reason: an opened description stays open.
    if (key === aboutKey) return;
    aboutKey = key;
    showAbout({ event, host: host(), length: length(), booking, zone: state.zone }, chooseLength);
  }

  async function drawEmpty() {
    const { zone, month } = state;
    const title = t("day.noneMonth", { month: monthName(month) });
    day.showText(title, t("day.searching"));
    announce(title);
    const next = await slots.nextFree(zone, month);
    if (state.zone !== zone || state.month !== month || state.time) return;
    if (!next) return day.showText(title, t("day.noneAhead", { name: host().name }));
    const run = () => {
      go({ month: monthOf(next), date: next });
      day.focus();
    };
    const label = t("day.goNext", { month: monthName(monthOf(next)) });
    day.showText(title, t("day.next", { date: fullDay(next) }), { label, run });
  }

  async function drawDetails(days) {
    showChosen({ ...state, length: event && length(), host: host() });
    if (!event) return;
    await loadDetails();
    if (!state.time || !days) return;
    if (isFree(days)) freeTime = state.time;
    // An address may hold a time that was never free while this page was open.
    const words = t(freeTime === state.time ? "gone.now" : "gone.before", { time: timeText(state.time, state.zone) });
    details.showGone(details.sending || isFree(days) ? null : words, { label: t("gone.choose"), run: backToTimes });
  }

  /** The form's code comes while the visitor looks at the times, and is built when it is first needed. */
  async function loadDetails() {
    const { Details } = await import("./details.js");
    const draftKey = `draft.${username}.${slug}${moving ? ".move" : ""}`;
    details ??= new Details({ event, booking, draftKey, onLost: lost });
  }

  const isFree = (days) => Object.values(days).flat().some((slot) => Date.parse(slot.start) === Date.parse(state.time));

  function reload() {
    slots.load(state.zone, state.month, true);
    update();
  }

  // MARK: Length, zone and clock

  function chooseLength(minutes) {
    go({ length: minutes });
    $('.lengths [aria-pressed="true"]')?.focus();
  }

  async function chooseZone() {
    const { pickZone } = await import("./zone-picker.js");
    const zone = await pickZone(state.zone, host());
    $("#zone").focus();
    if (!zone || zone === state.zone) return;
    lasting.set("zone", zone);
    go({ zone, date: state.time ? dayOf(state.time, zone) : null });
    announce(t("zone.chosen", { zone: cityName(zone), time: timeText(Date.now(), zone) }));
  }

  // MARK: Start

  async function start() {
    const [found, old] = await Promise.all([
      fetchData("event-types", { query: { username, eventSlug: slug } }),
      moving && fetchData(`bookings/${encodeURIComponent(moving)}`),
    ]);
    event = found[0];
    if (!event) return showMissing();
    booking = old && { ...(Array.isArray(old) ? old[0] : old), seatUid: query.get("seatUid") };
    // What was cancelled or moved meanwhile cannot be moved; its own page says so.
    if (booking && booking.status !== "accepted" && booking.status !== "pending") {
      return location.replace(`/booking/${encodeURIComponent(moving)}`);
    }
    // A booking that is moved keeps its length.
    if (booking) state.length = booking.duration;
    if (!event.lengthInMinutesOptions?.includes(state.length)) state.length = null;
    $("#zone").disabled = event.lockTimeZoneToggleOnBookingPage === true;
    update();
    follow(event.id, changed);
    await slots.load(state.zone, state.month);
    loadDetails();
  }

  /** Somebody booked or cancelled: the shown month is asked for again, the others when they are needed. */
  async function changed() {
    if (details?.sending) return;
    const { zone, month } = state;
    const { days, error } = await slots.refresh(zone, month);
    if (error || details?.sending || state.zone !== zone || state.month !== month) return;
    draw();
    const date = shownDay(days);
    if (!date || state.time) return;
    announce(t("day.changed", { date: fullDay(date), times: t("day.times", { count: days[date].length }) }));
  }

  function showMissing() {
    isMissing = true;
    document.documentElement.dataset.view = "host";
    document.title = t("event.missing");
    $(".offer h1").textContent = t("event.missing");
    $(".offer header p").textContent = t("event.missingText");
    $(".offers").replaceChildren(h("li", {},
      h("a", { class: "button", href: `/book/${encodeURIComponent(username)}` }, t("event.others"))));
  }

  function begin() {
    $(".about-more").replaceChildren();
    start().catch((error) => {
      if (error.status === 404) return showMissing();
      $(".about-more").replaceChildren(notice("danger", errorText(error), { label: t("retry"), run: begin }));
    });
  }

  addEventListener("popstate", () => {
    state = readState();
    update();
    if (!state.time) day.focus();
  });
  $("form.visitor").addEventListener("submit", (submission) => {
    submission.preventDefault();
    if (details && !$("#submit").disabled) busy($("#submit"), () => details.submit(state));
  });
  $("#back").addEventListener("click", () => (canStepBack() ? history.back() : backToTimes()));
  $("#zone").addEventListener("click", chooseZone);
  for (const each of clocks) {
    each.addEventListener("click", () => {
      setTwelveHour(each.dataset.clock === "12");
      draw();
    });
  }
  // The time beside the zone's name goes on.
  setInterval(() => isMissing || showZone(state.zone), 30_000);
  update();
  begin();
}
