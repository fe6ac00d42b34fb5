-- Codes that show who reads the mail of an address. They are of no business: an address is asked about before anything
-- is booked. One an address, the last that was sent; short-lived, so nothing is lost with the table.
CREATE TABLE email_codes (
  -- In lower case.
  email text NOT NULL,
  -- SHA-256 of address and digits.
  hash bytea NOT NULL CONSTRAINT email_codes_hash CHECK (octet_length(hash) = 32),
  expires_at timestamptz NOT NULL,
  -- Wrong ones that were tried.
  attempts int NOT NULL DEFAULT 0 CONSTRAINT email_codes_attempts CHECK (attempts BETWEEN 0 AND 5),
  -- How many were sent since then; counted for an hour.
  sent int NOT NULL CONSTRAINT email_codes_sent CHECK (sent BETWEEN 1 AND 5),
  sent_since timestamptz NOT NULL,
  PRIMARY KEY (email)
);

ALTER TABLE event_types
  -- A booker has to send a code that went to his address.
  ADD COLUMN requires_email_code boolean NOT NULL DEFAULT false;
