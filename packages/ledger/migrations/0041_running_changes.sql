-- A subscription is changed by one command at a time: Stripe is asked in several steps, and two that mingle undo each other.
alter table bursar.subscriptions
  -- The head of the command that Stripe is being asked for, and when a worker last took it up.
  add column changing jsonb,
  add column changing_since timestamptz;
alter table bursar.subscriptions add constraint subscriptions_changing
  check ((changing is null) = (changing_since is null)) not valid;
