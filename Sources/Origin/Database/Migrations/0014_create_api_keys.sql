-- Keys for programs. A key is shown once; what stays is the SHA-256 of the part after its prefix.
CREATE TABLE api_keys (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  user_id bigint NOT NULL REFERENCES users (id),
  hash bytea NOT NULL CONSTRAINT api_keys_hash_length CHECK (octet_length(hash) = 32),
  -- The first letters, by which people tell their keys apart.
  prefix text NOT NULL CONSTRAINT api_keys_prefix_length CHECK (char_length(prefix) BETWEEN 1 AND 20),
  note text CONSTRAINT api_keys_note_length CHECK (char_length(note) <= 500),
  created_at timestamptz NOT NULL,
  -- Null never.
  expires_at timestamptz,
  -- To the minute.
  last_used_at timestamptz,
  PRIMARY KEY (business_id, id)
);
-- Not unique, so that the table can be distributed: hashes of 238 random bits do not meet.
CREATE INDEX api_keys_hash_idx ON api_keys (hash);
CREATE INDEX api_keys_user_idx ON api_keys (user_id);
