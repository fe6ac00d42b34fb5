// Bookings that repeat: when they are, and how that reads.
import { addDays, dayOf, dayText, instantOf, secondsOfDay, shiftMonth, timeText } from "./dates.js";
import { t } from "./messages.js";

export const isSeries = (event) => (event.recurrence?.occurrences ?? 0) > 1;

/** Every week; every 2 months. */
export const rhythmText = ({ frequency, interval }) => t(`series.${frequency}`, { count: interval });

/** The starts of a series, the first included: the same time on the visitor's wall on each later date. Months that have
 *  no such day take their last; the next is counted from the first again. */
export function seriesStarts(first, { frequency, interval }, count, zone) {
  const day = dayOf(first, zone);
  const seconds = secondsOfDay(first, zone);
  const later = {
    weekly: (index) => addDays(day, 7 * interval * index),
    monthly: (index) => shiftMonth(day, interval * index),
    yearly: (index) => shiftMonth(day, 12 * interval * index),
  }[frequency];
  return Array.from({ length: count }, (_, index) =>
    (index ? instantOf(later(index), seconds, zone) : new Date(first)).toISOString());
}

/** Tue, 24 November, 14:30; with its year where that is another than this. */
export function startText(start, zone) {
  const day = dayOf(start, zone);
  const year = day.slice(0, 4) === dayOf(Date.now(), zone).slice(0, 4) ? {} : { year: "numeric" };
  return `${dayText(day, { weekday: "short", day: "numeric", month: "long", ...year })}, ${timeText(start, zone)}`;
}
