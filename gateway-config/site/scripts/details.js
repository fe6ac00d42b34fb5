// The second step: the visitor's details, and sending them.
import { $, announce, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { fieldsOf, placeFields } from "./fields.js";
import { Fields } from "./form.js";
import { errorText, has, t } from "./messages.js";
import { passing } from "./storage.js";

/** Reasons after which the time is lost, but nothing else: the visitor chooses another. */
const lostTime = new Set([
  "slot_taken", "not_available", "reserved", "out_of_bounds", "in_the_past", "limit_reached", "seats_full",
]);

export class Details {
  /** True from sending until the answer: what the live times say of it meanwhile is our own doing. */
  sending = false;

  /** `booking` is the one to be moved, if any; `onLost(reason)` goes back to the times. */
  constructor({ event, booking, draftKey, onLost }) {
    Object.assign(this, { event, booking, draftKey, onLost });
    const wanted = booking
      ? [{ path: "reschedulingReason", kind: "textarea", label: t("details.reason") }]
      : [...placeFields(event), ...fieldsOf(event)];
    this.fields = new Fields($("#fields"), wanted, passing.get(draftKey), (values) => passing.set(draftKey, values));
    const asks = event.confirmationPolicy?.type === "always";
    $("#details-title").textContent = t(booking ? "details.reschedule" : "details.title");
    $("#submit").textContent = t(booking ? "details.move" : asks ? "details.request" : "details.book");
    $("#submit-hint").textContent = asks ? t("details.requestHint", { name: event.users?.[0]?.name }) : "";
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
    this.sending = true;
    try {
      const answer = await this.#send(chosen);
      await this.#leave(Array.isArray(answer) ? answer[0] : answer);
    } catch (error) {
      this.sending = false;
      this.#refused(error);
    }
  }

  #send({ time, zone, length }) {
    const start = new Date(time).toISOString();
    const answers = this.fields.read();
    if (this.booking) return this.#move(start, answers);
    const named = answers.bookingFieldsResponses?.name;
    const whole = named && { name: `${named.firstName} ${named.lastName}` };
    const attendee = { ...whole, ...answers.attendee, timeZone: zone };
    const location = place(this.event, answers.location, attendee.phoneNumber);
    const lengthInMinutes = length ?? undefined;
    const body = { start, eventTypeId: this.event.id, ...answers, attendee, location, lengthInMinutes };
    return fetchData("bookings", { method: "POST", body });
  }

  #move(start, answers) {
    const { uid, seatUid, attendees } = this.booking;
    const body = seatUid ? { start, seatUid } : { start, ...answers, rescheduledBy: attendees?.[0]?.email };
    return fetchData(`bookings/${encodeURIComponent(uid)}/reschedule`, { method: "POST", body });
  }

  /** The form gives its place in the history to the confirmation, so that stepping back does not book twice. */
  #leave(made) {
    passing.remove(this.draftKey);
    passing.set(`made.${made.uid}`, made);
    const seat = made.seatUid ? `&seatUid=${encodeURIComponent(made.seatUid)}` : "";
    location.replace(`/booking/${encodeURIComponent(made.uid)}?${this.booking ? "moved" : "new"}${seat}`);
    return new Promise(() => {});
  }

  #refused(error) {
    if (lostTime.has(error.reason)) return this.onLost(error.reason);
    const homeless = this.fields.refuse(error.fields);
    const count = Object.keys(error.fields).length;
    if (count && !homeless.length) return announce(t("wrong.some", { count }));
    const key = `refused.${error.reason}`;
    const known = error.status === 0 ? "refused.unknown" : key;
    const text = has(known) ? t(known) : [errorText(error), ...homeless].join(" ");
    $("#trouble").replaceChildren(notice("danger", text));
  }
}

/** The place as the API wants it: a type and only what belongs to it; nothing where the event has one of its own. */
function place(event, answers, phone) {
  const chosen = event.locations?.find((each) => each.type === answers?.type) ?? event.locations?.[0];
  switch (chosen?.type) {
    case "attendeePhone": return { type: chosen.type, phone: answers?.phone ?? phone };
    case "attendeeAddress": return { type: chosen.type, address: answers.address };
    case "attendeeDefined": return { type: chosen.type, location: answers.location };
    default: return answers?.type ? { type: chosen.type, integration: chosen.integration } : undefined;
  }
}
