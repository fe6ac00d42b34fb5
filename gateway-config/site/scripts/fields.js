// Which questions an event type asks. A field: { path, kind, label, required, hint, options, … }, its path being
// where the answer goes in the request.
import { placeKey, placesOf, placeText } from "./event.js";
import { t } from "./messages.js";
import { isSeries } from "./series.js";

// Asked in places of their own.
const elsewhere = new Set(["notes", "guests", "location", "rescheduleReason"]);
const titles = { title: "details.title.field", attendeePhoneNumber: "details.phone" };
const autocompletes = { phone: "tel", url: "url", address: "street-address" };

/** The fields in the order in which a person answers them. */
export function fieldsOf(event) {
  const own = event.bookingFields ?? [];
  const find = (key) => own.find((field) => field.slug === key || (field.isDefault && field.type === key));
  const notes = find("notes");
  const guests = find("guests");
  return [
    ...names(own.some((field) => field.type === "splitName"), find("name")),
    // What is hidden is not listed.
    ...(find("email") || !own.length ? emails(find("email")) : []),
    ...own.filter(isQuestion).map(question),
    ...(notes?.hidden ? [] : [{
      ...shown(notes), path: "bookingFieldsResponses.notes", kind: "textarea",
      label: notes?.label || t("details.notes"),
    }]),
    ...(takesGuests(event) && !guests?.hidden ? [{
      ...shown(guests), path: "guests", kind: "multiemail", label: guests?.label || t("details.guests"),
      hint: t("details.guestsHint"),
    }] : []),
  ];
}

/** Only where there is something to choose or to add does the place become a question. */
export function placeFields(event) {
  const places = placesOf(event);
  const several = places.length > 1;
  const phoneAsked = event.bookingFields?.some((field) => field.slug === "attendeePhoneNumber");
  const own = {
    attendeePhone: phoneAsked ? null : {
      path: "location.phone", kind: "phone", label: t("details.phone"), hint: t("details.phoneHint"), complete: "tel",
    },
    attendeeAddress: {
      path: "location.address", kind: "text", label: t("details.place.attendeeAddress"), complete: "street-address",
    },
    attendeeDefined: { path: "location.location", kind: "text", label: t("details.place.attendeeDefined") },
  };
  const choice = {
    path: "location.type", kind: "radio", label: t("details.place"), required: true,
    options: places.map((place) => ({ value: placeKey(place), label: placeText(place) })),
  };
  const followUps = places.filter((place) => own[place.type]).map(({ type }) =>
    ({ ...own[type], required: true, when: several ? ["location.type", type] : null }));
  return several ? [choice, ...followUps] : followUps;
}

/** How often a series comes, and why a booking moves: what is asked beside the event type's own questions. */
export const countField = (event) => {
  const most = isSeries(event) ? event.recurrence.occurrences : 0;
  const times = (count) => ({ value: String(count), label: t("series.times", { count }) });
  return most && {
    path: "recurrenceCount", kind: "count", label: t("series.count"), required: true, first: String(most),
    options: Array.from({ length: most }, (_, index) => times(index + 1)),
  };
};

export function reasonField(event) {
  const own = event.bookingFields?.find((field) => field.slug === "rescheduleReason");
  if (own?.hidden) return null;
  return { ...shown(own), path: "reschedulingReason", kind: "textarea", label: own?.label || t("details.reason") };
}

/** Who takes a seat comes alone. */
const takesGuests = (event) => !event.disableGuests && !event.seatsPerTimeSlot;

function names(split, name) {
  const part = (key, complete) => ({
    path: `bookingFieldsResponses.name.${key}`, kind: "text", label: t(`details.${key}`), required: true, complete,
    half: true,
  });
  if (split) return [part("firstName", "given-name"), part("lastName", "family-name")];
  const label = name?.label || t("details.name");
  return [{
    path: "attendee.name", kind: "text", label, required: true, complete: "name", placeholder: name?.placeholder,
    fixed: name?.disableOnPrefill,
  }];
}

function emails(email) {
  if (email?.hidden) return [];
  return [{
    path: "attendee.email", kind: "email", label: email?.label || t("details.email"), hint: t("details.sentTo"),
    required: email?.required !== false, complete: "email", placeholder: email?.placeholder,
    fixed: email?.disableOnPrefill,
  }];
}

const isQuestion = (field) =>
  !field.hidden && !elsewhere.has(field.slug) && !["name", "splitName", "email"].includes(field.type);

function question(field) {
  const isPhone = field.type === "phone" || field.slug === "attendeePhoneNumber";
  return {
    ...shown(field), kind: isPhone ? "phone" : field.type, complete: autocompletes[field.type],
    ...(!field.label && titles[field.slug] && { label: t(titles[field.slug]) }),
    hint: isPhone ? t("details.phoneHint") : null,
    path: field.slug === "attendeePhoneNumber" ? "attendee.phoneNumber" : `bookingFieldsResponses.${field.slug}`,
  };
}

const shown = (field) => ({
  label: field?.label || field?.slug, required: field?.required, placeholder: field?.placeholder,
  options: field?.options, fixed: field?.disableOnPrefill,
});
