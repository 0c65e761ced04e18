-- Gives one owner's role to another member in one step: there is no moment with one owner too few or too many. The
-- pool's lock stands between two such calls at once, so an owner can hand the role over only once.
create function bursar.transfer_ownership(p_organization text, p_from text, p_to text, out refusal text)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_status bursar.member_status;
begin
  perform bursar.lock_wallets(array[
    bursar.wallet_id('org:' || p_organization), bursar.wallet_id('user:' || p_from), bursar.wallet_id('user:' || p_to)]);
  select m.status into v_status
  from bursar.memberships m
  where m.organization_id = p_organization and m.user_id = p_to
  for no key update;
  refusal := case
    when not exists (select from bursar.organizations o where o.id = p_organization) then 'unknown_organization'
    when not exists (
      select from bursar.memberships m
      where m.organization_id = p_organization and m.user_id = p_from and m.role = 'owner' and m.status = 'active'
    ) then 'not_an_owner'
    when coalesce(v_status, 'removed') = 'removed' then 'not_a_member'
    when v_status = 'suspended' then 'member_suspended'
  end;
  if refusal is not null or p_from = p_to then
    return;
  end if;
  update bursar.memberships m
  set role = case when m.user_id = p_to then 'owner' else 'admin' end::bursar.member_role
  where m.organization_id = p_organization and m.user_id in (p_from, p_to);
end $$;
