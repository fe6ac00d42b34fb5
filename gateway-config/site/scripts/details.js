// The second step: the visitor's details, and sending them.
import { $, announce, h, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { codeTrouble, EmailCode } from "./email-code.js";
import { placeKey } from "./event.js";
import { countField, fieldsOf, placeFields, reasonField } from "./fields.js";
import { Fields } from "./form.js";
import { errorText, has, t } from "./messages.js";
import { hostOf } from "./offers.js";
import { prefilled } from "./prefill.js";
import { seriesStarts, startText } from "./series.js";
import { passing } from "./storage.js";

/** Reasons after which the time is lost, but nothing else: the visitor chooses another. */
const lostTime = new Set([
  "slot_taken", "not_available", "reserved", "out_of_bounds", "in_the_past", "limit_reached", "seats_full",
]);

export class Details {
  /** True from sending until the answer: what the live times say of it meanwhile is our own doing. */
  sending = false;
  #chosen = null;
  #attempt = { text: null, key: null };
  #dates = h("ol", { class: "dates" });

  /** `booking` is the one to be moved, if any; `hold` keeps the time; `onLost(reason)` goes back to the times. */
  constructor({ event, booking, hold, draftKey, onLost }) {
    Object.assign(this, { event, booking, hold, draftKey, onLost });
    const asked = booking ? [reasonField(event)] : [countField(event), ...placeFields(event), ...fieldsOf(event)];
    const wanted = asked.filter(Boolean);
    const given = prefilled(wanted, new URLSearchParams(location.search));
    this.fields = new Fields($("#fields"), wanted, { draft: passing.get(draftKey), given }, (values) => {
      passing.set(draftKey, values);
      hold?.touch();
      this.#changed();
    });
    this.fields.attach("recurrenceCount", this.#dates);
    this.code = new EmailCode($("#code"));
    this.needsCode = event.requiresBookerEmailVerification === true;
    $("#details-title").textContent = t(booking ? "details.reschedule" : "details.title");
  }

  /** Draws what depends on the chosen time: { time, zone, length }. */
  show(chosen) {
    this.#chosen = chosen;
    this.#changed();
  }

  /** Says that the chosen time went while the visitor was writing, and offers the way back. */
  showGone(text, action) {
    $("#submit").disabled = Boolean(text);
    if (!text) $("#gone").replaceChildren();
    else if (!$("#gone").firstChild) $("#gone").replaceChildren(notice("wait", text, action));
  }

  /** `chosen`: { time, zone, length }; a length only where the event offers several. */
  async submit(chosen) {
    $("#trouble").replaceChildren();
    const wrong = this.fields.check();
    if (wrong) return announce(t("wrong.some", { count: wrong }));
    if (this.needsCode && !this.code.isSentTo(this.#email())) return this.#askForCode();
    const code = this.needsCode ? this.code.read() : undefined;
    if (code === null) return;
    this.sending = true;
    try {
      const answer = await this.#send(chosen, code);
      await this.#leave(answer);
    } catch (error) {
      this.sending = false;
      await this.#refused(error);
    }
  }

  // MARK: What depends on the time and the answers

  #changed() {
    if (this.needsCode && !this.code.isSentTo(this.#email())) this.code.forget();
    const isAsked = this.#isAsked();
    const words = this.booking ? "details.move" : isAsked ? "details.request" : "details.book";
    const isFirst = this.needsCode && !this.code.isSentTo(this.#email());
    $("#submit").textContent = t(isFirst ? "code.next" : words);
    const hints = [isFirst && t("code.first"), isAsked && t("details.requestHint", { name: hostOf(this.event).name })];
    $("#submit-hint").textContent = hints.filter(Boolean).join(" ");
    this.#showDates();
  }

  /** Whether the host has to say yes to the chosen time; some want that of near ones only. */
  #isAsked() {
    const { type, noticeThreshold: notice } = this.event.confirmationPolicy ?? {};
    if (type !== "time") return type === "always";
    const minutes = notice.count * (notice.unit === "hours" ? 60 : 1);
    return Boolean(this.#chosen?.time) && Date.parse(this.#chosen.time) - Date.now() < minutes * 60_000;
  }

  #showDates() {
    const count = this.fields.value("recurrenceCount");
    if (!count || !this.#chosen?.time) return;
    const { time, zone } = this.#chosen;
    this.#dates.replaceChildren(...seriesStarts(time, this.event.recurrence, count, zone)
      .map((start) => h("li", {}, startText(start, zone))));
  }

  /** The address that the code goes to: of who books, or of who booked. */
  #email() {
    return (this.booking ? this.booking.attendees?.[0]?.email : this.fields.value("attendee.email")) ?? "";
  }

  async #askForCode() {
    this.needsCode = true;
    try {
      await this.code.ask(this.#email());
      this.#changed();
    } catch (error) {
      $("#trouble").replaceChildren(notice("danger", codeTrouble(error)));
    }
  }

  // MARK: Sending

  async #send({ time, zone, length }, emailVerificationCode) {
    const start = new Date(time).toISOString();
    const answers = this.fields.read();
    if (this.booking) return this.#move(start, { ...answers, emailVerificationCode });
    const named = answers.bookingFieldsResponses?.name;
    const whole = named && { name: `${named.firstName} ${named.lastName}` };
    const attendee = { ...whole, ...answers.attendee, timeZone: zone };
    const location = place(this.event, answers.location, attendee.phoneNumber);
    const lengthInMinutes = length ?? undefined;
    const wish = { start, eventTypeId: this.event.id, ...answers, attendee, location, lengthInMinutes };
    const reservedSlotUid = await this.hold?.uid();
    const body = { ...wish, emailVerificationCode, reservedSlotUid };
    return this.#post("bookings", body);
  }

  #move(start, answers) {
    const { uid, seatUid, attendees } = this.booking;
    const body = { start, seatUid: seatUid ?? undefined, ...answers, rescheduledBy: attendees?.[0]?.email };
    return this.#post(`bookings/${encodeURIComponent(uid)}/reschedule`, body);
  }

  /** After a lost connection the same request goes under the same key, so that it books once. */
  async #post(path, body) {
    const text = JSON.stringify(body);
    if (text !== this.#attempt.text) this.#attempt = { text, key: crypto.randomUUID?.() };
    const options = { method: "POST", body, key: this.booking ? undefined : this.#attempt.key };
    if (!this.event.bookingRequiresAuthentication || this.booking) return fetchData(path, options);
    const { callAsOwner } = await import("./session.js");
    return (await callAsOwner(path, options)).data;
  }

  /** The form gives its place in the history to the confirmation, so that stepping back does not book twice. */
  #leave(answer) {
    const made = Array.isArray(answer) ? answer[0] : answer;
    this.hold?.spend();
    passing.remove(this.draftKey);
    location.replace((!this.booking && successAddress(this.event, made)) || this.#pageOf(made, answer));
    return new Promise(() => {});
  }

  #pageOf(made, answer) {
    const uid = Array.isArray(answer) && answer.length > 1 ? made.recurringBookingUid : made.uid;
    passing.set(`made.${uid}`, answer);
    const seat = made.seatUid ? `&seatUid=${encodeURIComponent(made.seatUid)}` : "";
    return `/booking/${encodeURIComponent(uid)}?${this.booking ? "moved" : "new"}${seat}`;
  }

  // MARK: Refusals

  async #refused(error) {
    if (error.reason === "email_code_required" && this.#email()) return this.#askForCode();
    if (error.reason === "email_code_wrong") return this.code.refuse(t("refused.email_code_wrong"));
    const clashes = error.details.starts;
    if (clashes?.length && this.fields.value("recurrenceCount") > 1) return this.#sayClashes(clashes);
    if (lostTime.has(error.reason)) return this.onLost(error.reason);
    const homeless = this.fields.refuse(error.fields);
    const count = Object.keys(error.fields).length;
    if (count && !homeless.length) return announce(t("wrong.some", { count }));
    const key = `refused.${error.reason}`;
    const known = error.status === 0 ? "refused.unknown" : key;
    const text = has(known) ? t(known) : [errorText(error), ...homeless].join(" ");
    const { rescheduleUid } = error.details;
    const instead = rescheduleUid && {
      label: t("refused.booker_limit.move"), run: () => location.assign(`/booking/${encodeURIComponent(rescheduleUid)}`),
    };
    $("#trouble").replaceChildren(notice("danger", text, instead));
  }

  /** A series is booked as a whole or not at all. */
  #sayClashes(starts) {
    const dates = starts.map((start) => startText(start, this.#chosen.zone)).join("; ");
    const taken = new Set(starts.map((start) => Date.parse(start)));
    const all = seriesStarts(
      this.#chosen.time, this.event.recurrence, this.fields.value("recurrenceCount"), this.#chosen.zone);
    all.forEach((start, index) => this.#dates.children[index]?.classList.toggle("taken", taken.has(Date.parse(start))));
    $("#trouble").replaceChildren(notice("danger", t("series.clash", { count: starts.length, dates })));
  }
}

/** The place as the API wants it: a type and only what belongs to it; nothing where the event has one of its own. */
function place(event, answers, phone) {
  const chosen = event.locations?.find((each) => placeKey(each) === answers?.type) ?? event.locations?.[0];
  switch (chosen?.type) {
    case "attendeePhone": return { type: chosen.type, phone: answers?.phone ?? phone };
    case "attendeeAddress": return { type: chosen.type, address: answers.address };
    case "attendeeDefined": return { type: chosen.type, location: answers.location };
    default: return answers?.type ? { type: chosen.type, integration: chosen.integration } : undefined;
  }
}

/** A page of the host's own that follows the booking, where he has one. */
function successAddress({ successRedirectUrl }, { uid }) {
  const url = successRedirectUrl && URL.parse(successRedirectUrl);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  url.searchParams.set("uid", uid);
  return url.href;
}
