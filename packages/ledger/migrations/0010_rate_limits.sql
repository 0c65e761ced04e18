-- What a key may ask for in a while, where it differs from the installation's limits; null: it does not.
alter table bursar.api_keys add column rate_limit jsonb;

-- What keys have used of their present windows, for ingresses without Redis. One row per key and kind, used again and
-- again, so it never needs clearing. A crash empties it, which costs nothing but a window: hence unlogged.
create unlogged table bursar.rate_windows (
  name text primary key,
  points bigint not null,
  ends_at timestamptz not null
) with (fillfactor = 50);
