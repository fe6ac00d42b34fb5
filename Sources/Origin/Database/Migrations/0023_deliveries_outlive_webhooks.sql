-- A webhook, or an event type with its webhooks, goes without taking its delivery log along in the same moment: 200,000
-- rows took a foreign key half a second.
ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_business_id_webhook_id_fkey;

-- The other half of what the foreign key did, under its name: nothing is delivered of what is gone, and whoever deletes
-- a webhook waits for who is writing to its log.
CREATE FUNCTION check_webhook_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM webhooks w WHERE w.business_id = NEW.business_id AND w.id = NEW.webhook_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = format('webhook %s does not exist', NEW.webhook_id),
      CONSTRAINT = 'webhook_deliveries_business_id_webhook_id_fkey', TABLE = 'webhook_deliveries';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER webhook_deliveries_webhook AFTER INSERT OR UPDATE OF webhook_id ON webhook_deliveries
  FOR EACH ROW EXECUTE FUNCTION check_webhook_of_delivery();

-- Webhooks that are gone while their log is still there: housekeeping takes it away, some at a time. Nobody reads it
-- meanwhile, because it is read by its webhook.
CREATE TABLE gone_webhooks (
  business_id bigint NOT NULL,
  id text NOT NULL,
  PRIMARY KEY (business_id, id)
);

CREATE FUNCTION note_gone_webhook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gone_webhooks (business_id, id) SELECT OLD.business_id, OLD.id
  WHERE EXISTS (SELECT FROM webhook_deliveries WHERE business_id = OLD.business_id AND webhook_id = OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER webhooks_gone AFTER DELETE ON webhooks
  FOR EACH ROW EXECUTE FUNCTION note_gone_webhook();
