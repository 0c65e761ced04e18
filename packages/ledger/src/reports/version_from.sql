-- The first version of a wallet at or after a moment, or the one after its last. A wallet's rows are written under its
-- lock with the clock read after it, so time never falls as versions grow, and a search by halves finds the moment
-- with some twenty look-ups by key: no index on times, which every charge would have to pay for. Versions that are
-- not online any more count as older.
create function bursar.version_from(p_wallet bigint, p_at timestamptz) returns bigint
language plpgsql stable as $$
declare
  v_low bigint := 1;
  v_high bigint;
  v_middle bigint;
  v_at timestamptz;
begin
  select w.version + 1 into v_high from bursar.wallets w where w.id = p_wallet;
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    select t.created_at into v_at from bursar.transactions t where t.wallet_id = p_wallet and t.version = v_middle;
    if v_at is null or v_at < p_at then
      v_low := v_middle + 1;
    else
      v_high := v_middle;
    end if;
  end loop;
  return v_low;
end $$;
