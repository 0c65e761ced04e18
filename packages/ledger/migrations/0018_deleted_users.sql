-- Set when a person was deleted: who they were is gone, and their wallet's history stays under their id.
alter table bursar.users add column deleted_at timestamptz;
