-- Rooms and equipment: so many of each, needed by event types. A unit is a subject of occupancies, as a person is.
CREATE TABLE resources (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL CONSTRAINT resources_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
  description text NOT NULL DEFAULT '' CONSTRAINT resources_description_length CHECK (char_length(description) <= 10000),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id)
);
CREATE INDEX resources_id_idx ON resources (id);

-- The quantity of a resource is the number of its units.
CREATE TABLE resource_units (
  business_id bigint NOT NULL,
  id bigint DEFAULT nextval('subject_ids'),
  resource_id bigint NOT NULL,
  -- A unit that bookings still hold cannot go; it takes no new ones.
  retired boolean NOT NULL DEFAULT false,
  PRIMARY KEY (business_id, id),
  FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);
CREATE INDEX resource_units_resource_idx ON resource_units (business_id, resource_id) WHERE NOT retired;

CREATE TABLE event_type_resources (
  business_id bigint NOT NULL,
  event_type_id bigint NOT NULL,
  resource_id bigint NOT NULL,
  quantity int NOT NULL DEFAULT 1 CONSTRAINT event_type_resources_quantity CHECK (quantity BETWEEN 1 AND 1000),
  PRIMARY KEY (business_id, event_type_id, resource_id),
  FOREIGN KEY (business_id, event_type_id) REFERENCES event_types (business_id, id) ON DELETE CASCADE,
  FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);
