-- A team's managed event type is a pattern: each of its hosts has one of his own, in his own business, made like it.
ALTER TABLE event_types
  -- Of whose pattern this one is made. The two lie in different businesses, so this is no foreign key: what removes a
  -- pattern, or a host from it, removes these in the same transaction.
  ADD COLUMN parent_business_id bigint,
  ADD COLUMN parent_id bigint,
  ADD CONSTRAINT event_types_parent CHECK ((parent_business_id IS NULL) = (parent_id IS NULL)),
  ADD CONSTRAINT event_types_parent_of_own CHECK (parent_id IS NULL OR owner_id IS NOT NULL);
CREATE UNIQUE INDEX event_types_parent_key ON event_types (business_id, parent_business_id, parent_id)
  WHERE parent_id IS NOT NULL;
CREATE INDEX event_types_parent_idx ON event_types (parent_business_id, parent_id) WHERE parent_id IS NOT NULL;
