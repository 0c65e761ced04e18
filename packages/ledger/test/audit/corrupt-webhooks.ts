import { change, remove, type Corruption } from './corruption.ts';

export const webhookCorruptions: readonly Corruption[] = [
  remove('webhook_deliveries', 'x.fact is not null', 'webhooks'),
  change('webhook_deliveries', 'fact = -fact', 'x.fact is not null', 'webhooks'),
  change('webhook_deliveries', 'endpoint_id = gen_random_uuid()', 'x.fact is not null', 'webhooks'),
  change('webhook_deliveries', `type = 'other'`, 'x.fact is not null', 'webhooks'),
];
