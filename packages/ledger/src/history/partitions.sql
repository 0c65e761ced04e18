-- History's partitions: a calendar month each (UTC), made ahead and, if a policy says so, detached after some years.

-- The smallest id that a transaction of this moment or later can have: a UUID of version 7 begins with its milliseconds.
create function bursar.id_at(p_at timestamptz) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

create function bursar.month_of(p_at timestamptz) returns timestamptz
language sql immutable strict parallel safe
return date_trunc('month', p_at at time zone 'utc') at time zone 'utc';

-- Makes the partitions of this month and the p_ahead after it. Charges go on meanwhile: a partition is built beside the
-- table and then attached. Rows that had to go to the default partition move to where they belong. Returns what was made.
create function bursar.make_partitions(p_ahead integer) returns text[]
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_month timestamptz;
  v_parent text;
  v_made text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtext('bursar partitions'));
  for v_month in
    select bursar.month_of(clock_timestamp()) at time zone 'utc' + make_interval(months => n) from generate_series(0, p_ahead) n
  loop
    foreach v_parent in array array['transactions', 'movements'] loop
      if bursar.make_partition(v_parent, v_month) then
        v_made := v_made || bursar.partition_name(v_parent, v_month);
      end if;
    end loop;
  end loop;
  return v_made;
end $$;

create function bursar.partition_name(p_parent text, p_month timestamptz) returns text
language sql immutable strict
return p_parent || to_char(p_month at time zone 'utc', '"_"YYYY"_"MM');

create function bursar.make_partition(p_parent text, p_month timestamptz) returns boolean
language plpgsql as $$
declare
  v_name text := bursar.partition_name(p_parent, p_month);
  v_key text := case p_parent when 'transactions' then 'id' else 'transaction_id' end;
  v_from uuid := bursar.id_at(p_month);
  v_to uuid := bursar.id_at((p_month at time zone 'utc' + interval '1 month') at time zone 'utc');
begin
  if to_regclass('bursar.' || v_name) is not null or to_regclass('bursar_archive.' || v_name) is not null then
    return false;
  end if;
  execute format('create table bursar.%I (like bursar.%I including defaults including constraints)', v_name, p_parent);
  execute format(
    'with strayed as (delete from bursar.%I where %I >= %L and %I < %L returning *) insert into bursar.%I select * from strayed',
    p_parent || '_default', v_key, v_from, v_key, v_to, v_name);
  execute format('alter table bursar.%I attach partition bursar.%I for values from (%L) to (%L)', p_parent, v_name, v_from, v_to);
  execute format('grant select on bursar.%I to bursar_ingress, bursar_worker, bursar_auditor', v_name);
  return true;
end $$;

-- Takes the months that ended before p_before out of the hot tables. They stay in bursar_archive, where the auditor and
-- look-ups by id still find them, until an operator dumps or drops them. Returns what was detached.
create function bursar.detach_partitions(p_before timestamptz) returns text[]
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_name text;
  v_parent text;
  v_detached text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtext('bursar partitions'));
  for v_parent, v_name in
    with part as (
      select p.relname as parent, c.relname as name,
        make_timestamptz(substring(c.relname from '(\d{4})_\d{2}$')::integer, substring(c.relname from '\d{4}_(\d{2})$')::integer,
          1, 0, 0, 0, 'UTC') as starts
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      join pg_class p on p.oid = i.inhparent
      where p.oid in ('bursar.transactions'::regclass, 'bursar.movements'::regclass) and c.relname !~ '_default$'
    )
    select x.parent, x.name
    from (
      -- Each ends where the next one starts; the first has no start of its own.
      select part.*, lead(part.starts) over (partition by part.parent order by part.starts nulls first) as ends
      from part
    ) x
    where x.ends <= bursar.month_of(p_before)
    order by x.starts nulls first, x.parent desc
  loop
    execute format('alter table bursar.%I detach partition bursar.%I', v_parent, v_name);
    execute format('alter table bursar.%I set schema bursar_archive', v_name);
    v_detached := v_detached || v_name;
  end loop;
  if v_detached <> '{}' then
    perform bursar.make_history_views();
  end if;
  return v_detached;
end $$;
