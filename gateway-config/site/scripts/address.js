// What a visitor has chosen so far lives in the address, so that a reload, a shared link and the step back keep it.
import { browserZone, dayOf, isZone, monthOf } from "./dates.js";
import { lasting } from "./storage.js";

const keys = ["month", "date", "time", "zone", "length"];

/** { zone, month, date, time, length }; what is missing or makes no sense is null or the nearest that does. */
export function readState() {
  const query = new URLSearchParams(location.search);
  const zone = [query.get("zone"), lasting.get("zone")].find(isZone) ?? browserZone();
  const today = dayOf(Date.now(), zone);
  const date = isDay(query.get("date")) && query.get("date") >= today ? query.get("date") : null;
  const asked = /^\d{4}-(0[1-9]|1[0-2])$/.test(query.get("month")) ? query.get("month") : date?.slice(0, 7);
  const time = Number.isFinite(Date.parse(query.get("time"))) ? query.get("time") : null;
  const month = asked >= monthOf(today) ? asked : monthOf(today);
  return { zone, month, date, time, length: Number(query.get("length")) || null };
}

/** The path's segments, decoded; one that cannot be decoded is taken as it stands. */
export const segments = () => location.pathname.split("/").filter(Boolean).map((segment) => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
});

/** `step`: this becomes a place of its own in the history, one step after the present one. */
export function writeState(state, step) {
  const url = new URL(location);
  for (const key of keys) {
    if (state[key]) url.searchParams.set(key, state[key]);
    else url.searchParams.delete(key);
  }
  if (step) history.pushState({ stepped: true }, "", url);
  else history.replaceState(history.state, "", url);
}

/** Whether the step back leads to the state before this one, and not out of the page. */
export const canStepBack = () => Boolean(history.state?.stepped);

function isDay(text) {
  const date = new Date(`${text}T12:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
