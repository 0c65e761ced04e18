import type { SqlCheck } from '../check.ts';

/** Facts of the last day that were handed on, and the webhooks that were there unchanged when they happened. */
const HEARD = `
  select o.id as fact, e.id as endpoint, bursar.event_type_of(o.kind) as type
  from bursar.outbox o
  join bursar.webhook_endpoints e on e.status = 'enabled' and e.updated_at <= o.created_at
    and bursar.hears(e.event_types, bursar.event_type_of(o.kind))
    and (e.wallet_id is null or e.wallet_id in (select bursar.audience_of(o.subject_wallet, o.payload)))
    and not exists (select from bursar.muted_webhooks m where m.wallet_id = e.wallet_id and m.kind = o.kind)
  where o.relayed_at is not null and o.created_at > now() - interval '1 day'`;

export const webhookChecks: readonly SqlCheck[] = [
  {
    name: 'webhooks',
    statement:
      'Every fact of the last day that was handed on is on its way to, or was tried at, each webhook that hears it.',
    covers: `select count(*) from (${HEARD}) h`,
    violations: `
      select h.fact::text, format('webhook %s was not told', h.endpoint)
      from (${HEARD}) h
      where not exists (
        select from bursar.webhook_deliveries d
        where d.endpoint_id = h.endpoint and d.fact = h.fact and d.type = h.type
      )`,
  },
];
