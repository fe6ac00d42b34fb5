-- Whom a business knows: who booked with it, and who was entered by hand.
CREATE TABLE customers (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- What tells people apart: the address in lower case, without one the telephone number. It finds their bookings, so
  -- it stays as it was when the number that is shown changes.
  contact text NOT NULL,
  name text NOT NULL CONSTRAINT customers_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
  email text,
  phone_number text,
  notes text NOT NULL DEFAULT '' CONSTRAINT customers_notes_length CHECK (char_length(notes) <= 10000),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT customers_contact_key UNIQUE (business_id, contact),
  CONSTRAINT customers_contact_form CHECK (email IS NULL OR contact = lower(email)),
  CONSTRAINT customers_contact_length CHECK (octet_length(contact) BETWEEN 1 AND 1000)
);
CREATE INDEX customers_name_idx ON customers (business_id, lower(name), id);

-- A customer's history.
CREATE INDEX booking_attendees_contact_idx ON booking_attendees (business_id, lower(coalesce(email, phone_number)));

INSERT INTO customers (business_id, contact, name, email, phone_number, created_at, updated_at)
SELECT DISTINCT ON (a.business_id, lower(coalesce(a.email, a.phone_number)))
  a.business_id, lower(coalesce(a.email, a.phone_number)), a.name, a.email, a.phone_number,
  min(b.created_at) OVER (PARTITION BY a.business_id, lower(coalesce(a.email, a.phone_number))), b.created_at
FROM booking_attendees a JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id
WHERE coalesce(a.email, a.phone_number) IS NOT NULL
-- The latest booking has his latest name.
ORDER BY a.business_id, lower(coalesce(a.email, a.phone_number)), b.created_at DESC, b.id DESC;
