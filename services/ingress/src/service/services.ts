import type { Database } from '@bursar/ledger/reads';
import type { Queues } from '@bursar/queues';
import type { Logger } from 'pino';
import type { KeyRing } from '../access/key-ring.ts';
import type { ChargePacker } from '../charges/charge-packer.ts';
import type { EventWindow } from '../events/event-window.ts';
import type { LiveWallets } from '../live/live-wallets.ts';
import type { OutcomeWaiter } from '../operations/outcome-waiter.ts';
import type { RecentAcceptances } from '../operations/recent-acceptances.ts';
import type { PriceBook } from '../prices/price-book.ts';
import type { HotWallets } from '../overload/hot-wallets.ts';
import type { QueueLoad } from '../overload/queue-load.ts';
import type { PriceList } from '../purchases/price-list.ts';
import type { Metrics } from './metrics.ts';
import type { Secrets } from './secrets.ts';

/** What the ingress needs of the queues. */
export type JobQueue = Pick<
  Queues,
  | 'enqueue'
  | 'enqueueMany'
  | 'chargeShards'
  | 'ping'
  | 'backlogs'
  | 'sharedRedis'
  | 'counts'
  | 'oldestWaitingAgeMs'
  | 'listJobs'
  | 'listDeadLetters'
  | 'inspect'
  | 'replay'
  | 'discard'
>;

/** What routes are made from. */
export interface Services {
  db: Database;
  queues: JobQueue;
  log: Logger;
  secrets: Secrets;
  /** Without a slash at its end. */
  publicUrl: string;
  prices: PriceList;
  /** What usage costs; `prices` above is what credits cost. */
  priceBook: PriceBook;
  webhookAllowLoopback: boolean;
  keys: KeyRing;
  outcomes: OutcomeWaiter;
  live: LiveWallets;
  recent: RecentAcceptances;
  packer: ChargePacker;
  load: QueueLoad;
  /** Counted over single charges and batches alike. */
  hotWallets: HotWallets;
  metrics: Metrics;
  /** How far the time of a usage event may lie from now. */
  eventWindow: EventWindow;
}
