'use strict';

// The peer of the origin benchmark: a small booking application as it is usually written with Express and node-pg.
// Environment: PORT, and node-pg's PGHOST and the like.

const express = require('express');
const bookings = require('./bookings');
const slots = require('./slots');
const { HttpError } = require('./errors');

const app = express();
app.use(express.json());
app.post('/v2/bookings', handled(bookings.create));
app.get('/v2/bookings/:uid', handled(bookings.read));
app.get('/v2/slots', handled(slots.list));

app.use((req, res) => {
  res.status(404).json({ status: 'error', error: { message: 'There is nothing at this path.' } });
});

app.use((error, req, res, next) => {
  const status = error instanceof HttpError ? error.status : error.statusCode || 500;
  if (status === 500) console.error(error);
  res.status(status).json({
    status: 'error',
    timestamp: new Date().toISOString(),
    path: req.path,
    error: { message: status === 500 ? 'Internal error' : error.message },
  });
});

app.listen(process.env.PORT, '127.0.0.1');

function handled(handler) {
  return (req, res, next) => handler(req, res).catch(next);
}
