-- What people do not want to be told, and how not. Whatever has no row here is told.
create table bursar.muted_notices (
  user_id text not null references bursar.users,
  kind text not null,
  channel text not null check (channel in ('mail', 'in_app')),
  primary key (user_id, kind, channel)
);

-- False: written for its mail only, and not shown in the list.
alter table bursar.notifications add column in_app boolean not null default true;
