// Dates, times and zones. A "day" is the text 2026-11-24, a "month" is 2026-11; both are free of zones.
import { language } from "./messages.js";
import { lasting } from "./storage.js";

/** The page's language with the visitor's region: English words, but his order of day and month and his clock. */
export const locale = (() => {
  const theirs = new Intl.Locale(navigator.language || language);
  if (theirs.language === language) return theirs.toString();
  const region = theirs.maximize().region;
  return region ? `${language}-${region}` : language;
})();

const theirLocale = new Intl.Locale(navigator.language || language);
const weekInfo = theirLocale.getWeekInfo?.() ?? theirLocale.weekInfo;
/** 1 is Monday, 7 is Sunday. */
export const firstWeekday = weekInfo?.firstDay ?? 1;

// MARK: Preferences that change how times read

const hourCycle = new Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions().hourCycle;
let twelve = lasting.get("clock") ? lasting.get("clock") === "12" : hourCycle === "h12" || hourCycle === "h11";
export const isTwelveHour = () => twelve;
export function setTwelveHour(value) {
  twelve = value;
  lasting.set("clock", value ? "12" : "24");
}

// MARK: Formats

const formats = new Map();
function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

const clock = () => (twelve ? { hour: "numeric", hourCycle: "h12" } : { hour: "2-digit", hourCycle: "h23" });

/** 14:30, or 2:30 pm. */
export const timeText = (instant, zone) =>
  format({ ...clock(), minute: "2-digit", timeZone: zone }).format(new Date(instant));

/** 14:30 – 15:00, the two in one zone. */
export const rangeText = (start, end, zone) => `${timeText(start, zone)} – ${timeText(end, zone)}`;

/** Tuesday, 24 November 2026, of an instant in a zone. */
export const longDate = (instant, zone) => format({ dateStyle: "full", timeZone: zone }).format(new Date(instant));

const noon = (day) => new Date(`${day}T12:00:00Z`);
/** A part or style of a day's name, by Intl's options. */
export const dayText = (day, options) => format({ ...options, timeZone: "UTC" }).format(noon(day));
export const fullDay = (day) => dayText(day, { weekday: "long", day: "numeric", month: "long" });
/** Tuesday, November 2026: what stands beside the big number of a day. */
export const besideNumber = (day) =>
  `${dayText(day, { weekday: "long" })}, ${dayText(day, { month: "long", year: "numeric" })}`;
export const dayNumber = (day) => new Intl.NumberFormat(locale).format(Number(day.slice(8)));
export const monthName = (month) => dayText(`${month}-01`, { month: "long" });
// The first of January 2024 was a Monday.
export const weekdayName = (index, style) =>
  dayText(`2024-01-0${1 + ((firstWeekday - 1 + index) % 7)}`, { weekday: style });

// MARK: Calendar arithmetic

export const dayOf = (instant, zone) => {
  const { year, month, day } = wallParts(instant, zone);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
};
export const monthOf = (day) => day.slice(0, 7);
export const addDays = (day, count) => new Date(noon(day).getTime() + count * 864e5).toISOString().slice(0, 10);
export function addMonths(month, count) {
  const [year, index] = month.split("-").map(Number);
  const date = new Date(Date.UTC(year, index - 1 + count, 1));
  return date.toISOString().slice(0, 7);
}
export const daysInMonth = (month) => Number(addDays(`${addMonths(month, 1)}-01`, -1).slice(8));
/** 0 for the first day of the visitor's week. */
export const weekdayIndex = (day) => (((noon(day).getUTCDay() || 7) - firstWeekday + 7) % 7);
/** The same day of another month, or that month's last day. */
export function shiftMonth(day, count) {
  const month = addMonths(monthOf(day), count);
  return `${month}-${pad(Math.min(Number(day.slice(8)), daysInMonth(month)))}`;
}

const pad = (number, width = 2) => String(number).padStart(width, "0");

// MARK: Zones

const wallFormat = (zone, more) => new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
  timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric",
  minute: "numeric", second: "numeric", ...more,
});
const partsOf = (format, instant) =>
  Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));

const wallFormats = new Map();
function wallParts(instant, zone) {
  if (!wallFormats.has(zone)) wallFormats.set(zone, wallFormat(zone));
  return partsOf(wallFormats.get(zone), instant);
}

function offsetOf({ year, month, day, hour, minute, second }, instant) {
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return Math.round((wall - Math.floor(new Date(instant).getTime() / 1000) * 1000) / 60000);
}

/** How far a zone's clock is ahead of UTC at an instant, in minutes. */
export const zoneOffset = (instant, zone) => offsetOf(wallParts(instant, zone), instant);

/** { offset, name } of a zone, the name as in Central European Standard Time. One format does both: they are dear,
 *  and a list of all zones needs four hundred. */
export function zoneFacts(instant, zone) {
  const parts = partsOf(wallFormat(zone, { timeZoneName: "long" }), instant);
  return { offset: offsetOf(parts, instant), name: parts.timeZoneName };
}

/** The instant at which a zone's clock shows so many seconds of a day. */
export function instantOf(day, seconds, zone) {
  const wall = Date.parse(`${day}T00:00:00Z`) + seconds * 1000;
  let instant = wall - zoneOffset(wall, zone) * 60000;
  // Near a change of the clocks the first guess used the wrong side's offset.
  instant = wall - zoneOffset(instant, zone) * 60000;
  return new Date(instant);
}

/** The instant at which a day begins in a zone. */
export const startOfDay = (day, zone) => instantOf(day, 0, zone);

/** What a zone's clock shows at an instant, in seconds of its day. */
export function secondsOfDay(instant, zone) {
  const { hour, minute, second } = wallParts(instant, zone);
  return hour * 3600 + minute * 60 + Number(second);
}

export const isZone = (zone) => {
  try {
    return Boolean(zone && new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
};

// What browsers still call by a name that its people gave up.
const renamed = {
  "Asia/Calcutta": "Asia/Kolkata", "Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon", "Europe/Kiev": "Europe/Kyiv", "America/Godthab": "America/Nuuk",
  "Pacific/Truk": "Pacific/Chuuk", "Pacific/Ponape": "Pacific/Pohnpei", "Atlantic/Faeroe": "Atlantic/Faroe",
  "Africa/Asmera": "Africa/Asmara", "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "Etc/UTC": "UTC", "Etc/GMT": "UTC",
};
export const currentName = (zone) => (renamed[zone] && isZone(renamed[zone]) ? renamed[zone] : zone);
export const browserZone = () => currentName(new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");
export const allZones = () =>
  [...new Set(["UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [browserZone()]).map(currentName)])];

/** Europe/Rome reads as Rome, America/Argentina/Salta as Salta. */
export const cityName = (zone) => zone.split("/").pop().replaceAll("_", " ");
export const regionName = (zone) => zone.split("/").slice(0, -1).join(", ").replaceAll("_", " ");

/** GMT+5:30. */
export function offsetText(minutes) {
  const sign = minutes < 0 ? "−" : "+";
  const size = Math.abs(minutes);
  return minutes === 0 ? "GMT" : `GMT${sign}${Math.floor(size / 60)}${size % 60 ? `:${pad(size % 60)}` : ""}`;
}
