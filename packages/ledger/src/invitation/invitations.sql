-- People are asked to join by mail. Everything here locks the pool's wallet first, as all that counts members does.

create function bursar.invitation_life() returns interval
language sql immutable parallel safe
return interval '7 days';

-- Whoever asked must still be allowed to when the answer comes; keys of operators always are.
create function bursar.may_invite(p_organization text, p_role bursar.member_role, p_actor text) returns boolean
language sql stable as $$
  select p_actor not like 'user:%' or exists (
    select from bursar.memberships m
    where m.organization_id = p_organization and m.user_id = substr(p_actor, 6) and m.status = 'active'
      and (m.role = 'owner' or (m.role = 'admin' and p_role <> 'owner'))
  )
$$;

-- So that nobody's mailbox is flooded: five mails in a day from an organization to one address, after that one a day.
create function bursar.is_pestered(p_organization text, p_email text, p_now timestamptz) returns boolean
language sql stable as $$
  select coalesce(sum(i.round), 0) >= 5
  from bursar.invitations i
  where i.organization_id = p_organization and lower(i.email) = lower(p_email) and i.asked_at > p_now - interval '1 day'
$$;

-- refusal: unknown_organization | already_a_member | invitation_pending | invitation_limit_reached. Asking again in the
-- same way while an invitation is open finds that one, and sends nothing; one that has run out is asked anew.
create function bursar.invite(
  p_organization text, p_email text, p_role bursar.member_role, p_actor text,
  out refusal text, out invitation uuid, out created boolean
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_now timestamptz;
  v_open bursar.invitations;
begin
  created := false;
  if v_pool is null then
    refusal := 'unknown_organization';
    return;
  end if;
  v_now := bursar.lock_wallets(array[v_pool]);
  if bursar.is_closed(v_pool) then
    refusal := 'unknown_organization';
    return;
  end if;
  select i.* into v_open
  from bursar.invitations i
  where i.organization_id = p_organization and lower(i.email) = lower(p_email) and i.status = 'pending';
  if v_open.expires_at > v_now and v_open.role = p_role then
    invitation := v_open.id;
    return;
  end if;
  refusal := case
    when exists (
      select from bursar.memberships m
      join bursar.users u on u.id = m.user_id
      where m.organization_id = p_organization and m.status <> 'removed' and lower(u.email) = lower(p_email)
    ) then 'already_a_member'
    when v_open.expires_at > v_now then 'invitation_pending'
    when bursar.is_pestered(p_organization, p_email, v_now) or (
      select count(*) >= 500 from bursar.invitations i
      where i.organization_id = p_organization and i.status = 'pending' and i.expires_at > v_now
    ) then 'invitation_limit_reached'
  end;
  if refusal is not null then
    return;
  end if;
  update bursar.invitations i set status = 'revoked', closed_at = v_now where i.id = v_open.id;
  insert into bursar.invitations (id, organization_id, email, role, invited_by, asked_at, expires_at, created_at)
  values (bursar.new_id(), p_organization, p_email, p_role, p_actor, v_now, v_now + bursar.invitation_life(), v_now)
  returning id into invitation;
  created := true;
  perform bursar.tell_invitation(invitation);
end $$;

create function bursar.tell_invitation(p_id uuid) returns void
language sql as $$
  select bursar.record_fact('invitation-sent', bursar.wallet_id('org:' || i.organization_id), jsonb_build_object(
    'id', bursar.public_id('inv', i.id), 'organization', 'org:' || i.organization_id, 'role', i.role,
    'expires_at', bursar.instant_text(i.expires_at)))
  from bursar.invitations i
  where i.id = p_id
$$;

-- A new link by a new mail; the links before it end. Also what has run out lives again.
create function bursar.resend_invitation(p_id uuid, out refusal text)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_invitation bursar.invitations;
  v_now timestamptz;
begin
  select i.* into v_invitation from bursar.invitations i where i.id = p_id;
  v_now := bursar.lock_wallets(array[bursar.wallet_id('org:' || v_invitation.organization_id)]);
  select i.* into strict v_invitation from bursar.invitations i where i.id = p_id;
  refusal := case
    when v_invitation.status <> 'pending' then 'invitation_not_open'
    when bursar.is_pestered(v_invitation.organization_id, v_invitation.email, v_now) then 'invitation_limit_reached'
  end;
  if refusal is not null then
    return;
  end if;
  update bursar.invitations i
  set round = i.round + 1, asked_at = v_now, expires_at = v_now + bursar.invitation_life()
  where i.id = p_id;
  perform bursar.tell_invitation(p_id);
end $$;

create function bursar.revoke_invitation(p_id uuid, out refusal text)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := bursar.lock_wallets(array[(
    select bursar.wallet_id('org:' || i.organization_id) from bursar.invitations i where i.id = p_id)]);
begin
  update bursar.invitations i set status = 'revoked', closed_at = v_now where i.id = p_id and i.status = 'pending';
  refusal := (select 'invitation_not_open' from bursar.invitations i where i.id = p_id and i.status = 'accepted');
end $$;

-- refusal: unknown_user | invitation_not_open | member_suspended. An invitation makes a member once; who is one already
-- keeps their role. Accepting twice by one person is accepting once, for as long as they are a member.
create function bursar.accept_invitation(
  p_id uuid, p_round integer, p_user text, out refusal text, out organization text, out created boolean, out welcome boolean
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_invitation bursar.invitations;
  v_wallet bigint := bursar.wallet_id('user:' || p_user);
  v_now timestamptz;
  v_membership bursar.memberships;
begin
  if v_wallet is null then
    refusal := 'unknown_user';
    return;
  end if;
  organization := (select i.organization_id from bursar.invitations i where i.id = p_id);
  v_now := bursar.lock_wallets(array[bursar.wallet_id('org:' || organization), v_wallet]);
  select i.* into strict v_invitation from bursar.invitations i where i.id = p_id;
  select m.* into v_membership from bursar.memberships m where m.organization_id = organization and m.user_id = p_user;
  refusal := case
    when v_invitation.accepted_by = p_user and v_membership.status <> 'removed' then null
    when v_invitation.status <> 'pending' or v_invitation.round <> p_round or v_invitation.expires_at <= v_now
      or not bursar.may_invite(organization, v_invitation.role, v_invitation.invited_by) then 'invitation_not_open'
    when v_membership.status = 'suspended' then 'member_suspended'
  end;
  if refusal is not null then
    return;
  end if;
  select r.refusal, r.created, r.welcome into refusal, created, welcome
  from bursar.put_member(organization, p_user,
    case when v_membership.status in ('active', 'suspended') then v_membership.role else v_invitation.role end) r;
  if refusal is not null then
    return;
  end if;
  update bursar.invitations i set status = 'accepted', accepted_by = p_user, closed_at = v_now
  where i.id = p_id and i.status = 'pending';
end $$;

-- The mail that a fact asks for, unless it was sent, or the invitation is over.
create function bursar.invitation_to_mail(p_fact bigint) returns table (
  id uuid, round integer, email text, role bursar.member_role, organization text, inviter text, expires_at timestamptz
)
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select i.id, i.round::integer, i.email, i.role, o.name, u.name, i.expires_at
  from bursar.outbox f
  join bursar.organizations o on 'org:' || o.id = f.payload ->> 'organization'
  join bursar.invitations i on i.organization_id = o.id and bursar.public_id('inv', i.id) = f.payload ->> 'id'
  left join bursar.users u on 'user:' || u.id = i.invited_by
  where f.id = p_fact and f.kind = 'invitation-sent'
    and i.status = 'pending' and i.mailed_round < i.round and i.expires_at > clock_timestamp()
$$;

create function bursar.mark_invitation_mailed(p_id uuid, p_round integer) returns void
language sql security definer set search_path = bursar, pg_temp
as $$
  update bursar.invitations i set mailed_round = greatest(i.mailed_round, p_round::smallint) where i.id = p_id
$$;
