-- What a team manages lies in its hosts' own businesses, as pages of theirs: only of those who said yes to that.
ALTER TABLE memberships ADD COLUMN accepts_managed boolean NOT NULL DEFAULT false;

-- Who has some already keeps them.
UPDATE memberships m SET accepts_managed = true
WHERE EXISTS (SELECT FROM event_types c WHERE c.parent_business_id = m.business_id AND c.owner_id = m.user_id);
-- Whoever founded a team was its first owner.
UPDATE memberships m SET accepts_managed = true
WHERE m.role = 'owner' AND NOT EXISTS (
  SELECT FROM memberships o WHERE o.business_id = m.business_id AND o.role = 'owner' AND o.id < m.id);
