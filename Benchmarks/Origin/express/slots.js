'use strict';

const { pool } = require('./database');
const { HttpError } = require('./errors');

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

async function list(req, res) {
  const { eventTypeId, start, end, timeZone = 'UTC' } = req.query;
  const from = new Date(start);
  const to = new Date(end.length === 10 ? `${end}T23:59:59Z` : end);
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) || to < from) {
    throw new HttpError(400, 'start and end must be dates.');
  }
  const types = await pool.query(
    `SELECT e.length_minutes, u.id AS user_id, u.time_zone,
       (SELECT json_agg(w) FROM working_hours w WHERE w.user_id = u.id) AS hours
     FROM event_types e JOIN users u ON u.id = e.user_id WHERE e.id = $1`,
    [eventTypeId]
  );
  const type = types.rows[0];
  if (!type) throw new HttpError(404, 'There is no such event type.');
  const busy = await pool.query(
    `SELECT starts_at, ends_at FROM bookings
     WHERE user_id = $1 AND status IN ('accepted', 'pending') AND starts_at < $3
       AND starts_at > $2::timestamptz - interval '1 day' AND ends_at > $2
     ORDER BY starts_at`,
    [type.user_id, from, to]
  );
  res.json({ status: 'success', data: freeSlots(type, busy.rows, from, to, timeZone) });
}

function freeSlots(type, busy, from, to, timeZone) {
  const length = type.length_minutes * MINUTE;
  const now = new Date();
  const days = {};
  // A day more on both sides: the host's dates are not those of UTC.
  for (let day = from.getTime() - DAY; day <= to.getTime() + DAY; day += DAY) {
    const date = new Date(day).toISOString().slice(0, 10);
    const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    for (const hours of type.hours.filter((hours) => hours.weekday === weekday)) {
      const opens = instant(date, hours.start_time, type.time_zone);
      const closes = instant(date, hours.end_time, type.time_zone);
      for (let time = opens.getTime(); time + length <= closes.getTime(); time += length) {
        const slotStart = new Date(time);
        const slotEnd = new Date(time + length);
        if (slotStart < from || slotStart > to || slotStart <= now) continue;
        if (busy.some((booking) => booking.starts_at < slotEnd && booking.ends_at > slotStart)) continue;
        const key = localDate(slotStart, timeZone);
        if (!days[key]) days[key] = [];
        days[key].push({ start: slotStart.toISOString() });
      }
    }
  }
  return days;
}

// The instant at which clocks in a zone show a time of a date.
function instant(date, time, timeZone) {
  const guess = new Date(`${date}T${time}Z`);
  return new Date(guess.getTime() - offset(guess, timeZone));
}

function offset(time, timeZone) {
  const text = formatter('sv-SE', timeZone, { dateStyle: 'short', timeStyle: 'medium' }).format(time);
  return Date.parse(`${text.replace(' ', 'T')}Z`) - time.getTime();
}

function localDate(time, timeZone) {
  return formatter('en-CA', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
}

const formatters = new Map();

// To make one takes far longer than to use it.
function formatter(locale, timeZone, options) {
  const key = `${locale} ${timeZone}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  return formatters.get(key);
}

module.exports = { list };
