-- Who signs in. An identity is what an OpenID provider calls a person: its issuer and the subject, never a mail address,
-- which may be given to somebody else one day. A person has one identity of each provider at most.
create table bursar.identities (
  issuer text not null check (length(issuer) between 1 and 2048),
  subject text not null check (length(subject) between 1 and 255),
  user_id text not null references bursar.users,
  -- Came into being by signing in: name and address are then the provider's, and stay so.
  follows_provider boolean not null,
  created_at timestamptz not null default now(),
  primary key (issuer, subject),
  unique (issuer, user_id)
);
create index identities_by_user on bursar.identities (user_id);

-- A session of the console, known by the keyed hash of its cookie.
create table bursar.sessions (
  hash bytea primary key check (length(hash) = 32),
  user_id text not null references bursar.users,
  issuer text not null,
  -- The rule of the settings by which this person was an operator when they signed in.
  operator_by text,
  -- Encrypted; shown to the provider again when the person signs out.
  id_token bytea,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_by_user on bursar.sessions (user_id, created_at);
create index sessions_by_end on bursar.sessions (expires_at);

-- The person wrote the address themselves and nobody has confirmed it: no identity is joined by it.
alter table bursar.users add column email_unconfirmed boolean not null default false;
