-- The shapes that ledger functions hand to each other.

-- Which operation a function works for, and who asked.
create type bursar.operation_head as (
  key uuid,
  type bursar.operation_type,
  hash uuid,
  caller text,
  actor text,
  accepted_at timestamptz
);

-- verdict: applied | rejected | replayed (the stored outcome) | conflict (same key, other request) | pending.
create type bursar.outcome as (verdict text, result jsonb, error jsonb);

-- What a transaction row says beside its numbers.
create type bursar.details as (
  operation uuid,
  actor text,
  counterparty bigint,
  product text,
  description text,
  message text,
  reason text,
  corrects uuid,
  metadata jsonb,
  occurred_at timestamptz
);

-- A part of a lot that is on its way out of it, in burn order.
create type bursar.taken as (lot_id uuid, kind bursar.lot_kind, amount bigint);

-- What a lot keeps for ever.
create type bursar.lot_terms as (
  kind bursar.lot_kind,
  priority smallint,
  unit_cost bigint,
  cost_currency text,
  effective_at timestamptz,
  expires_at timestamptz,
  parent_lot uuid,
  allocated_by bigint,
  purchase_id uuid
);

-- The version of a price rule that made an amount, and the quantity (millionths of a unit) it made it from.
create type bursar.pricing as (price text, version integer, quantity bigint);

-- A part of a lot on its way from one wallet to another; parts of one transaction have the same number.
create type bursar.gift as (
  number integer,
  transaction_id uuid,
  from_wallet bigint,
  to_wallet bigint,
  lot_id uuid,
  amount bigint
);
