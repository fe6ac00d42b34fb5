-- Teams that can go, and hosts that are always members.
ALTER TABLE businesses
  -- A team that is deleted stays for the bookings it had, which are facts; nobody works in it any more.
  ADD COLUMN deleted_at timestamptz,
  ADD CONSTRAINT businesses_personal_stays CHECK (NOT (personal AND deleted_at IS NOT NULL));

-- The slug of a deleted team can be taken again.
ALTER TABLE businesses DROP CONSTRAINT businesses_slug_key;
CREATE UNIQUE INDEX businesses_slug_key ON businesses (slug) WHERE deleted_at IS NULL;

-- People sign up with their zone; their own business is where they are.
UPDATE businesses b SET time_zone = u.time_zone FROM users u WHERE u.business_id = b.id AND b.personal;

-- Whoever leaves a business is no host of its event types any more, whatever was under way at that moment.
ALTER TABLE event_type_hosts
  ADD CONSTRAINT event_type_hosts_member FOREIGN KEY (business_id, user_id)
    REFERENCES memberships (business_id, user_id) ON DELETE CASCADE;
