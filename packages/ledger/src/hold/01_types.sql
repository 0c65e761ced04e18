-- One command about a hold, as a batch carries it. `type` is text because the extension is younger than the enum.
create type bursar.hold_command as (
  ord integer,
  key uuid,
  hash uuid,
  caller text,
  actor text,
  accepted_at timestamptz,
  type text,
  -- Of all but a placing: which hold.
  hold uuid,
  -- Of a placing.
  wallet text,
  product text,
  on_behalf_of text,
  overdraft bigint,
  -- Of a placing and an extension, in seconds.
  expires_in integer,
  -- Null: all that is set aside (capture), or as much as before (extension).
  amount bigint,
  final boolean,
  -- Of a capture: nothing beyond what is set aside.
  within boolean,
  pricing bursar.pricing
);

-- What one command came to: a refusal, or a result and perhaps the transaction that it posted.
create type bursar.hold_outcome as (error jsonb, result jsonb, transaction_id uuid);
