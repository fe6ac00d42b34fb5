-- An event type goes without touching its bookings, however many there are: a foreign key would change them all in the
-- moment in which it is deleted.
ALTER TABLE bookings DROP CONSTRAINT bookings_business_id_event_type_id_fkey;

-- The other half of what the foreign key did, under its name: nobody books what is gone, and whoever deletes an event
-- type waits for those who are booking it.
CREATE FUNCTION check_event_type_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM event_types e WHERE e.business_id = NEW.business_id AND e.id = NEW.event_type_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = format('event type %s does not exist', NEW.event_type_id),
      CONSTRAINT = 'bookings_business_id_event_type_id_fkey', TABLE = 'bookings';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER bookings_event_type AFTER INSERT OR UPDATE OF event_type_id ON bookings
  FOR EACH ROW WHEN (NEW.event_type_id IS NOT NULL) EXECUTE FUNCTION check_event_type_of_booking();

-- Event types that are gone while bookings still name them: housekeeping takes the name away, some at a time.
CREATE TABLE gone_event_types (
  business_id bigint NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (business_id, id)
);

CREATE FUNCTION note_gone_event_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gone_event_types (business_id, id) SELECT OLD.business_id, OLD.id
  WHERE EXISTS (SELECT FROM bookings WHERE business_id = OLD.business_id AND event_type_id = OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER event_types_gone AFTER DELETE ON event_types
  FOR EACH ROW EXECUTE FUNCTION note_gone_event_type();
