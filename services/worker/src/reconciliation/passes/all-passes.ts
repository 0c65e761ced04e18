import type { Pass } from '../pass.ts';
import { cashPass } from './cash.ts';
import { chargesPass } from './charges.ts';
import { eventsPass } from './events.ts';
import { promotionsPass } from './promotions.ts';
import { reversalsPass } from './reversals.ts';
import { sessionsPass } from './sessions.ts';
import { subscriptionsPass } from './subscriptions.ts';
import { topUpsPass } from './top-ups.ts';

/**
 * In the order in which they run: events first, because what they repair nobody else has to find;
 * cash last, because it proves what the others did. A way of paying adds its pass before it.
 */
export const allPasses: readonly Pass[] = [
  eventsPass,
  sessionsPass,
  topUpsPass,
  subscriptionsPass,
  promotionsPass,
  chargesPass,
  reversalsPass,
  cashPass,
];
