-- Runs of the audit and what they proved, for whoever looks later. Nothing rests on them.
create table bursar.audits (
  id uuid primary key,
  asked_by text not null check (length(asked_by) between 1 and 300),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- What it is doing, in a line; why it failed.
  progress text,
  sound boolean,
  report jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((state = 'done') = (report is not null)),
  check ((state = 'done') = (sound is not null)),
  check ((state in ('done', 'failed')) = (finished_at is not null))
);

-- Commands that are under way for longer than a moment are few among very many that ended.
-- squawk-ignore require-concurrent-index-creation
create index operations_pending on bursar.operations (created_at) where status = 'pending';
