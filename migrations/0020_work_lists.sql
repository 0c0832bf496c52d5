-- To-dos are listed by when they are due; one without a time comes after all that have one.
CREATE INDEX tasks_by_due ON tasks (coalesce(due_at, 9007199254740991), id);
DROP INDEX tasks_by_time;

-- Notices to staff among the many messages to customers.
CREATE INDEX messages_to_staff ON messages (created_at, id) WHERE purpose = 'staff';

-- What people call an endpoint; its id is part of its address and stays.
ALTER TABLE endpoints ADD COLUMN label TEXT NOT NULL DEFAULT '';
