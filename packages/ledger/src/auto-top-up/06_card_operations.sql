-- Written when everything is done at Stripe, so that no operation about cards is ever pending here.
create function bursar.finish_card_command(p_head bursar.operation_head, p_result jsonb, p_error jsonb) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if p_error is not null then
    return bursar.reject(p_head, p_error);
  end if;
  return bursar.succeed(p_head, clock_timestamp(), null, p_result);
end $$;
