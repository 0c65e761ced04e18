-- Facts that commit with their effect, and the notices made from them.

create table bursar.outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  subject_wallet bigint not null references bursar.wallets,
  payload jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Set when the notice job is durable in the queue; a crash before that repeats the hand-over.
  relayed_at timestamptz
);
create index outbox_waiting on bursar.outbox (id) where relayed_at is null;

create type bursar.mail_status as enum ('none', 'pending', 'sent');

create table bursar.notifications (
  id uuid primary key,
  fact bigint not null,
  user_id text not null references bursar.users,
  kind text not null,
  data jsonb not null,
  mail bursar.mail_status not null,
  created_at timestamptz not null,
  read_at timestamptz,
  unique (fact, user_id)
);
create index notifications_by_user on bursar.notifications (user_id, id);

-- Answers of previews, which have no operation; read once by whoever asked, swept after minutes.
create unlogged table bursar.previews (
  id uuid primary key,
  status bursar.operation_status not null,
  result jsonb,
  error jsonb,
  created_at timestamptz not null default clock_timestamp()
);

-- Which lots their owners were warned about, and how many days ahead.
create table bursar.expiry_warnings (
  lot_id uuid not null references bursar.lots,
  days integer not null,
  primary key (lot_id, days)
);
