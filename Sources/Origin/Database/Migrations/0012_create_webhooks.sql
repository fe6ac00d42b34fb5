-- Who is told of what happens, and what became of each telling.
CREATE TABLE webhooks (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  -- Random, ending in the business's number, so that an id alone finds its shard.
  id text NOT NULL,
  -- Of one person or of one event type; of neither, it is the whole team's.
  user_id bigint REFERENCES users (id),
  event_type_id bigint,
  active boolean NOT NULL,
  -- In bytes, because an index entry holds it.
  subscriber_url text NOT NULL CONSTRAINT webhooks_url_length CHECK (octet_length(subscriber_url) BETWEEN 1 AND 2000),
  triggers text[] NOT NULL CONSTRAINT webhooks_triggers CHECK (cardinality(triggers) BETWEEN 1 AND 50),
  payload_template text CONSTRAINT webhooks_template_length CHECK (char_length(payload_template) <= 50000),
  -- What deliveries are signed with; sealed where the operator gave a key for that.
  secret bytea,
  secret_is_sealed boolean NOT NULL DEFAULT false,
  version text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT webhooks_one_owner CHECK (num_nonnulls(user_id, event_type_id) <= 1),
  CONSTRAINT webhooks_subscriber_key UNIQUE NULLS NOT DISTINCT (business_id, user_id, event_type_id, subscriber_url),
  FOREIGN KEY (business_id, event_type_id) REFERENCES event_types (business_id, id) ON DELETE CASCADE
);
CREATE INDEX webhooks_user_idx ON webhooks (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE webhook_deliveries (
  business_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  webhook_id text NOT NULL,
  -- Names what happened, the same in every attempt and redelivery: a receiver counts it once.
  event_id text NOT NULL,
  trigger text NOT NULL,
  body bytea NOT NULL,
  status text NOT NULL CONSTRAINT webhook_deliveries_status CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0 CONSTRAINT webhook_deliveries_attempts CHECK (attempts >= 0),
  next_attempt_at timestamptz,
  -- Of the last attempt.
  response_status smallint,
  response_body text CONSTRAINT webhook_deliveries_response_length CHECK (char_length(response_body) <= 2000),
  error text,
  took_ms int,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (business_id, id),
  CONSTRAINT webhook_deliveries_finished CHECK ((status = 'pending') = (finished_at IS NULL)),
  FOREIGN KEY (business_id, webhook_id) REFERENCES webhooks (business_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_webhook_idx ON webhook_deliveries (business_id, webhook_id, id DESC);
