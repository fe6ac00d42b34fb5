// /book/{name}/{slug} and /book/{one+another}: choose a day and a time, then say who you are.
import { showAbout, showChosen } from "./about.js";
import { canStepBack, readState, writeState } from "./address.js";
import { $, announce, busy, h, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { Calendar } from "./calendar.js";
import {
  addMonths, cityName, dayOf, fullDay, isTwelveHour, monthName, monthOf, setTwelveHour, timeText,
} from "./dates.js";
import { Day } from "./day.js";
import { Hold } from "./hold.js";
import { errorText, t } from "./messages.js";
import { eventOf, findOffers, hostOf, slotsOf } from "./offers.js";
import { follow, Slots } from "./slots.js";
import { lasting } from "./storage.js";
import { showZone } from "./zone-button.js";

export function openEvent(name, slug) {
  const query = new URLSearchParams(location.search);
  const moving = query.get("reschedule");
  const seat = query.get("seatUid");
  const slots = new Slots(slotsOf(name, slug), moving);
  const calendar = new Calendar($(".month"), { onMonth: (month) => go({ month, date: null }), onDay: chooseDay });
  const day = new Day($(".day"), { onTime: chooseTime, onLeave: () => calendar.focus() });
  const clocks = document.querySelectorAll("[data-clock]");
  let state = readState();
  let event = null;
  let booking = null;
  let details = null;
  let hold = null;
  let isStale = false;
  let aboutKey = null;
  let freeTime = null;
  let isMissing = false;

  const length = () => booking?.duration ?? state.length ?? event.lengthInMinutes;
  const host = () => (event ? hostOf(booking ? { ...event, users: booking.hosts } : event) : { name });

  // MARK: Moving on

  function go(change, { step = false } = {}) {
    state = { ...state, ...change };
    writeState(state, step);
    settle();
    update();
  }

  /** The chosen time is held for its visitor, and only as long as it is his choice. */
  function settle() {
    if (!hold) return;
    if (state.time) hold.take(state.time, event.lengthInMinutesOptions && length());
    else hold.give();
  }

  function chooseDay(date, byKeyboard) {
    day.say(null);
    go({ date }, { step: date !== state.date });
    if (byKeyboard) day.focus();
    else if (matchMedia("(max-width: 47.99rem)").matches) $(".day").scrollIntoView({ behavior: "smooth" });
  }

  function chooseTime(slot) {
    day.say(null);
    if (!event.id) return day.say("wait", t("group.how", { time: timeText(slot.start, state.zone) }));
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
    if (!state.time) return;
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
    // What is moved is looked for by its own event type, as soon as the booking says which that is.
    if (moving && !event) return draw();
    const loaded = slots.load(zone, month);
    draw();
    await loaded;
    if (state.zone !== zone || state.month !== month || state.length !== length) return;
    draw();
    if (slots.known(zone, month).days) slots.load(zone, addMonths(month, 1));
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
    if (time) drawDetails();
    else if (error && !days && event) day.showText(t("day.failed"), errorText(error), { label: t("retry"), run: reload });
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

  async function drawDetails() {
    showChosen({ ...state, length: event && length(), host: host() });
    if (!event) return;
    await loadDetails();
    if (!state.time) return;
    details.show({ ...state, length: state.length });
    // The list may lack the time because it is about to be ours.
    await hold?.uid();
    const { days } = slots.known(state.zone, state.month);
    if (!state.time || !days) return;
    const free = hold?.keeps(state.time) || isFree(days);
    if (free) freeTime = state.time;
    // An address may hold a time that was never free while this page was open.
    const words = t(freeTime === state.time ? "gone.now" : "gone.before", { time: timeText(state.time, state.zone) });
    details.showGone(details.sending || free ? null : words, { label: t("gone.choose"), run: backToTimes });
  }

  /** The form's code comes while the visitor looks at the times, and is built when it is first needed. */
  async function loadDetails() {
    const { Details } = await import("./details.js");
    const draftKey = `draft.${name}.${slug}${moving ? ".move" : ""}`;
    details ??= new Details({ event, booking, hold, draftKey, onLost: lost });
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
    const [found, old] = await Promise.all([findOffers(name, slug), moving && fetchMoving()]);
    booking = old && { ...(Array.isArray(old) ? old[0] : old), seatUid: seat };
    event = booking ? eventToMove(found.events) : found.events[0];
    if (!event) return showMissing();
    if (!booking) identify(found.whose);
    // What was cancelled or moved meanwhile cannot be moved; its own page says so.
    if (booking && booking.status !== "accepted" && booking.status !== "pending") {
      return location.replace(`/booking/${encodeURIComponent(moving)}`);
    }
    // A booking that is moved keeps its length.
    if (booking) state.length = booking.duration;
    if (!event.lengthInMinutesOptions?.includes(state.length)) state.length = null;
    $("#zone").disabled = event.lockTimeZoneToggleOnBookingPage === true;
    // What is moved may land on its own old time, which nobody could reserve.
    if (event.id && !booking) hold = new Hold(event.id, { onRefused: lost, onFree: () => isStale && changed() });
    settle();
    update();
    if (event.id) follow(event.id, changed);
    await slots.load(state.zone, state.month);
    if (event.id) loadDetails();
  }

  /** The booking to be moved; of a seated one with the person whose seat it is. */
  const fetchMoving = () =>
    fetchData(seat ? `bookings/by-seat/${encodeURIComponent(seat)}` : `bookings/${encodeURIComponent(moving)}`);

  /** A team's bookings do not say where its page is; what they tell of their event type will do. */
  function eventToMove(events) {
    const found = events.find(({ id }) => id === booking.eventType.id) ?? (booking.eventType.id && eventOf(booking));
    if (found) slots.rename({ eventTypeId: found.id });
    return found;
  }

  function identify(whose) {
    const identity = slotsOf(name, slug, whose);
    if (JSON.stringify(identity) !== JSON.stringify(slots.identity)) slots.rename(identity);
  }

  /** Somebody booked or cancelled: the shown month is asked for again, the others when they are needed. */
  async function changed() {
    // While a time is held, news of the list are our own, or can wait until somebody looks at it.
    isStale = Boolean(state.time) && hold?.keeps(state.time) === true;
    if (details?.sending || isStale) return;
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
      h("a", { class: "button", href: `/book/${encodeURIComponent(name)}` }, t("event.others"))));
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
    settle();
    update();
    if (!state.time) day.focus();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && settle());
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
