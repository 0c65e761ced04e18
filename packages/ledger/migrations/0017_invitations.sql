-- Who was asked by mail to join. No token is here, nor anything made from one: it is computed from the installation's
-- secret, the id and the round, so this table opens nothing to whoever reads it.
create table bursar.invitations (
  id uuid primary key,
  organization_id text not null references bursar.organizations,
  email text not null,
  role bursar.member_role not null,
  invited_by text not null,
  status text not null default 'pending' check (status in ('pending', 'accepted', 'revoked')),
  -- How many mails were asked for, and which of them was sent last. Only the last one's link works.
  round smallint not null default 1,
  mailed_round smallint not null default 0,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  accepted_by text references bursar.users,
  closed_at timestamptz,
  check ((status = 'accepted') = (accepted_by is not null)),
  check ((status = 'pending') = (closed_at is null))
);
create index invitations_by_organization on bursar.invitations (organization_id, id);
create unique index invitations_pending on bursar.invitations (organization_id, lower(email)) where status = 'pending';
