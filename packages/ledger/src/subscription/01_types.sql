-- One line of a paid invoice, as what it grants. Credits are for the whole quantity; paid is in minor units.
create type bursar.paid_line as (
  line text,
  item text,
  price text,
  kind text,
  period_start timestamptz,
  period_end timestamptz,
  plan text,
  quantity integer,
  unit_credits bigint,
  credits bigint,
  paid bigint,
  expires_at timestamptz,
  rollover_cap bigint
);
