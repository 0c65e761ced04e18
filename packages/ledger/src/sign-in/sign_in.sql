-- Finds the person behind an identity, or joins or creates one. An identity that is new here is joined to the one person of
-- the directory who has its address, and only if the provider has verified that address: whoever could claim an address
-- would otherwise be given somebody's credits. p_email is verified, or null.
-- refusal: address_taken (its holder signs in with another identity of this provider) | address_ambiguous.
create function bursar.sign_in(
  p_issuer text, p_subject text, p_email text, p_name text, out refusal text, out person text
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_follows boolean;
  v_holders text[];
begin
  -- Two first sign-ins at once, of one identity or of one address, come one after the other. The address always comes
  -- first, so that no two wait for each other.
  if p_email is not null then
    perform pg_advisory_xact_lock(hashtextextended('sign-in address:' || lower(p_email), 0));
  end if;
  perform pg_advisory_xact_lock(hashtextextended('sign-in identity:' || p_issuer || ' ' || p_subject, 0));
  select i.user_id, i.follows_provider into person, v_follows
  from bursar.identities i
  where i.issuer = p_issuer and i.subject = p_subject;
  select array_agg(u.id) into v_holders
  from bursar.users u
  where lower(u.email) = lower(p_email) and u.deleted_at is null and not u.email_unconfirmed and u.id is distinct from person;
  if person is not null then
    if v_follows then
      perform bursar.follow_provider(person, case when v_holders is null then p_email end, p_name);
    end if;
    return;
  end if;
  refusal := case
    when cardinality(v_holders) > 1 then 'address_ambiguous'
    when exists (
      select from bursar.identities i where i.issuer = p_issuer and i.user_id = v_holders[1]
    ) then 'address_taken'
  end;
  if refusal is not null then
    return;
  end if;
  -- Whoever is being deleted waits here, or is gone.
  select u.id into person from bursar.users u where u.id = v_holders[1] and u.deleted_at is null for update;
  if person is null then
    person := 'u_' || replace(bursar.new_id()::text, '-', '');
    perform bursar.put_user(person, jsonb_build_object('email', p_email, 'name', p_name));
    v_follows := true;
  end if;
  insert into bursar.identities (issuer, subject, user_id, follows_provider)
  values (p_issuer, p_subject, person, coalesce(v_follows, false));
end $$;

-- Whom an identity is joined to; null for nobody yet.
create function bursar.find_identity(p_issuer text, p_subject text) returns text
language sql stable security definer set search_path = bursar, pg_temp
as $$
  select i.user_id from bursar.identities i where i.issuer = p_issuer and i.subject = p_subject
$$;

-- What the provider does not tell stays as it was. An address that it tells is confirmed, whoever wrote it before. A name
-- that somebody has stays: they may have changed it here.
create function bursar.follow_provider(p_user text, p_email text, p_name text) returns void
language sql as $$
  update bursar.users u
  set
    email = coalesce(p_email, u.email),
    email_unconfirmed = p_email is null and u.email_unconfirmed,
    name = coalesce(u.name, p_name),
    updated_at = clock_timestamp()
  where u.id = p_user and u.deleted_at is null
    and (u.email, u.name, u.email_unconfirmed) is distinct from
      (coalesce(p_email, u.email), coalesce(u.name, p_name), p_email is null and u.email_unconfirmed)
$$;
