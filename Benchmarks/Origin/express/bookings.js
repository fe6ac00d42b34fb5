'use strict';

const { randomBytes } = require('crypto');
const { pool, transaction } = require('./database');
const { HttpError } = require('./errors');

async function create(req, res) {
  const { start, attendee, eventTypeId, metadata = {}, guests = [], bookingFieldsResponses = {} } = req.body;
  validate(req.body);
  const booking = await transaction(async (client) => {
    // The event type with its host, and whether he has something at that time.
    const found = await client.query(
      `SELECT e.id, e.title, e.slug, e.length_minutes, e.location, u.id AS user_id, u.name AS host_name, u.email AS host_email,
         u.username AS host_username, u.time_zone AS host_time_zone,
         EXISTS (SELECT 1 FROM bookings b
                 WHERE b.user_id = e.user_id AND b.status IN ('accepted', 'pending')
                   AND b.starts_at < $2::timestamptz + e.length_minutes * interval '1 minute'
                   AND b.starts_at > $2::timestamptz - interval '1 day' AND b.ends_at > $2::timestamptz) AS taken,
         EXISTS (SELECT 1 FROM working_hours w
                 WHERE w.user_id = e.user_id
                   AND w.weekday = extract(isodow FROM $2::timestamptz AT TIME ZONE u.time_zone) - 1
                   AND w.start_time <= ($2::timestamptz AT TIME ZONE u.time_zone)::time
                   AND w.end_time >= (($2::timestamptz + e.length_minutes * interval '1 minute')
                                      AT TIME ZONE u.time_zone)::time) AS works
       FROM event_types e JOIN users u ON u.id = e.user_id WHERE e.id = $1`,
      [eventTypeId, start]
    );
    const type = found.rows[0];
    if (!type) throw new HttpError(404, 'There is no such event type.');
    if (type.taken) throw new HttpError(400, 'This time is taken.');
    if (!type.works) throw new HttpError(400, 'The host does not work at that time.');

    const uid = randomBytes(12).toString('base64url');
    const startsAt = new Date(start);
    const endsAt = new Date(startsAt.getTime() + type.length_minutes * 60000);
    const responses = { name: attendee.name, email: attendee.email, ...bookingFieldsResponses };
    const inserted = await client.query(
      `INSERT INTO bookings (uid, event_type_id, user_id, title, status, starts_at, ends_at, location, metadata,
         responses, guests)
       VALUES ($1, $2, $3, $4, 'accepted', $5, $6, $7, $8, $9, $10) RETURNING *`,
      [uid, type.id, type.user_id, `${type.title} between ${type.host_name} and ${attendee.name}`, startsAt, endsAt,
        type.location, metadata, responses, JSON.stringify(guests)]
    );
    const invited = await client.query(
      `INSERT INTO attendees (booking_id, name, email, phone_number, time_zone, language)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`,
      [inserted.rows[0].id, attendee.name, attendee.email, attendee.phoneNumber, attendee.timeZone,
        attendee.language || 'en']
    );
    return json({ ...type, ...inserted.rows[0] }, invited.rows);
  });
  res.status(201).json({ status: 'success', data: booking });
}

async function read(req, res) {
  const { rows } = await pool.query(
    `SELECT b.*, e.slug, u.name AS host_name, u.email AS host_email, u.username AS host_username,
       u.time_zone AS host_time_zone,
       (SELECT json_agg(a ORDER BY a.id) FROM attendees a WHERE a.booking_id = b.id) AS attendees
     FROM bookings b
     JOIN event_types e ON e.id = b.event_type_id
     JOIN users u ON u.id = b.user_id
     WHERE b.uid = $1`,
    [req.params.uid]
  );
  if (rows.length === 0) throw new HttpError(404, 'There is no such booking.');
  res.json({ status: 'success', data: json(rows[0], rows[0].attendees) });
}

function validate(body) {
  const { start, attendee, eventTypeId } = body;
  if (typeof start !== 'string' || Number.isNaN(Date.parse(start))) {
    throw new HttpError(400, 'start must be a date and time.');
  }
  if (new Date(start) <= new Date()) throw new HttpError(400, 'start must be in the future.');
  if (!Number.isInteger(eventTypeId)) throw new HttpError(400, 'eventTypeId must be a number.');
  if (!attendee || !attendee.name) throw new HttpError(400, 'attendee.name is required.');
  if (!attendee.email || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(attendee.email)) {
    throw new HttpError(400, 'attendee.email must be an e-mail address.');
  }
  if (!attendee.timeZone) throw new HttpError(400, 'attendee.timeZone is required.');
}

function json(row, attendees) {
  return {
    id: Number(row.id),
    uid: row.uid,
    title: row.title,
    description: row.description,
    hosts: [{
      id: Number(row.user_id),
      name: row.host_name,
      email: row.host_email,
      displayEmail: row.host_email,
      username: row.host_username,
      timeZone: row.host_time_zone,
    }],
    status: row.status,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    duration: (row.ends_at - row.starts_at) / 60000,
    eventTypeId: Number(row.event_type_id),
    eventType: { id: Number(row.event_type_id), slug: row.slug },
    location: row.location,
    meetingUrl: row.location,
    absentHost: false,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at && row.updated_at.toISOString(),
    metadata: row.metadata,
    icsUid: `${row.uid}@bench.test`,
    attendees: attendees.map((attendee) => ({
      name: attendee.name,
      email: attendee.email,
      displayEmail: attendee.email,
      timeZone: attendee.time_zone,
      language: attendee.language,
      absent: attendee.absent,
    })),
    guests: row.guests,
    bookingFieldsResponses: row.responses,
  };
}

module.exports = { create, read };
