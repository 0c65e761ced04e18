-- History as a whole: what is in the hot tables, and what the retention policy has detached. The auditor and look-ups by
-- id read these; what a detached month lacks of today's columns is null.
create function bursar.make_history_views() returns void
language plpgsql as $$
begin
  execute 'drop view if exists bursar.movement_history, bursar.transaction_history';
  execute 'create view bursar.transaction_history as ' || bursar.history_query('transactions');
  execute 'create view bursar.movement_history as ' || bursar.history_query('movements') || $implied$
    union all
    select t.id, t.sole_lot, null, -t.amount, t.wallet_id, null, 1, 'credits', 'consumed'
    from bursar.transaction_history t
    where t.sole_lot is not null
  $implied$;
  grant select on bursar.transaction_history, bursar.movement_history to bursar_ingress, bursar_worker, bursar_auditor;
end $$;

create function bursar.history_query(p_table text) returns text
language sql stable as $$
  with wanted as (
    select a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a
    where a.attrelid = ('bursar.' || p_table)::regclass and a.attnum > 0 and not a.attisdropped
  ), source as (
    select 0 as place, ('bursar.' || p_table)::regclass as table_id
    union all
    select 1, c.oid::regclass
    from pg_class c
    where c.relnamespace = 'bursar_archive'::regnamespace and c.relkind = 'r' and c.relname ~ ('^' || p_table || '_(first|\d{4}_\d{2})$')
  )
  select string_agg(part.query, ' union all ' order by part.place, part.table_id::text)
  from (
    select s.place, s.table_id, format('select %s from %s', string_agg(
      case when exists (select from pg_attribute h where h.attrelid = s.table_id and h.attname = w.attname and not h.attisdropped)
        then quote_ident(w.attname)
        else format('null::%s as %I', w.type, w.attname) end, ', ' order by w.attnum), s.table_id) as query
    from source s cross join wanted w
    group by s.place, s.table_id
  ) part
$$;

-- Made anew with the functions, because a migration may have added columns.
do $$ begin perform bursar.make_history_views(); end $$;
