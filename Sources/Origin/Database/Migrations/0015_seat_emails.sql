-- Nobody takes two seats of one booking by the same address.
CREATE UNIQUE INDEX booking_attendees_seat_email_key ON booking_attendees (business_id, booking_id, lower(email))
  WHERE seat_uid IS NOT NULL AND email IS NOT NULL;
