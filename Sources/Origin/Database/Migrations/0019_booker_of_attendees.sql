ALTER TABLE booking_attendees
  -- The account that booked for itself: it sees the booking, whether or not its address is confirmed.
  ADD COLUMN user_id bigint REFERENCES users (id);
