-- Keys that belong to one organization and reach no further, that end by themselves, and that say when they were used.
alter table bursar.api_keys
  -- Null: every wallet, as far as the scopes go.
  add column organization_id text,
  -- Whether it also reaches the wallets of the organization's members.
  add column reaches_members boolean not null default false,
  add column expires_at timestamptz,
  -- Written now and then, not with each request.
  add column last_used_at timestamptz;
alter table bursar.api_keys
  add constraint api_keys_organization_fkey foreign key (organization_id) references bursar.organizations not valid;
create index api_keys_by_organization on bursar.api_keys (organization_id, id) where organization_id is not null;
