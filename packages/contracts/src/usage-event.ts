import { z } from 'zod';
import { Amount, BATCH_ITEMS_MAX, Instant, Metadata, text } from './commands.ts';
import { OrganizationOwner, Owner } from './ids.ts';

/** What an event says beside its quantities, which are named by the price that rates it. */
const UsageData = z.looseObject({
  credits: Amount.optional().meta({ description: 'The cost itself, instead of a quantity' }),
  product: text(100).optional(),
  description: text(500).optional(),
  metadata: Metadata.optional(),
});

/**
 * A usage event in the form of CloudEvents 1.0. Attributes and extensions that are not named here are
 * allowed and not looked at.
 */
export const UsageEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: text(255),
    source: text(500),
    type: text(255),
    subject: Owner,
    time: Instant.optional(),
    datacontenttype: z
      .string()
      .regex(/^application\/([\w.-]+\+)?json\s*(;|$)/i, 'must be JSON')
      .optional(),
    onbehalfof: OrganizationOwner.optional(),
    data: UsageData,
  })
  .meta({ id: 'UsageEvent' });
export type UsageEvent = z.output<typeof UsageEvent>;

export const UsageEvents = z.union([UsageEvent, z.array(UsageEvent).min(1).max(BATCH_ITEMS_MAX)]);
