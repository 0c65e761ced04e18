-- Least privilege: the ingress cannot write balances, the worker cannot rewrite history.
-- Roles belong to the whole cluster, so another database may have made them already.

do $$
declare
  v_role text;
begin
  foreach v_role in array array['bursar_ingress', 'bursar_worker', 'bursar_auditor', 'bursar_queue'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
    if not pg_has_role(current_user, v_role, 'member') then
      execute format('grant %I to %I', v_role, current_user);
    end if;
  end loop;
end $$;

grant usage on schema bursar to bursar_ingress, bursar_worker, bursar_auditor;

