import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the ingress measures; a registry of its own, so that several can live in one process. */
export interface Metrics {
  registry: Registry;
  /** Called before the measurements are read, to set what is only known on asking. */
  onScrape: (() => void | Promise<void>)[];
  /** Seconds, by method, route template and status. */
  httpDuration: Histogram<'method' | 'route' | 'status'>;
  packItems: Histogram;
  webhooks: Counter<'outcome'>;
  /** Refused because a queue was too far behind. */
  shed: Counter<'queue' | 'lane'>;
  /** Refused because a key or an address sent too much, by which limit. */
  limited: Counter<'limit'>;
  limitStoreFailures: Counter;
  backlogJobs: Gauge<'queue' | 'lane'>;
  backlogAge: Gauge<'queue' | 'lane'>;
  backlogBytes: Gauge<'queue'>;
  shedding: Gauge<'queue' | 'lane'>;
  waiters: Gauge;
  /** What waits for an operator, as GET /v1/attention lists it. */
  attention: Gauge<'kind'>;
  bodyBytes: Gauge;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    onScrape: [],
    httpDuration: new Histogram({
      name: 'credits_http_request_duration_seconds',
      help: 'Time from the request to the end of its response',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
    packItems: new Histogram({
      name: 'credits_charge_pack_items',
      help: 'Single charges that went into one pack',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    webhooks: new Counter({
      name: 'credits_stripe_webhooks_total',
      help: 'Calls of the Stripe webhook by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    ...overloadMetrics(registers),
  };
}

type OverloadMetrics = Omit<
  Metrics,
  'registry' | 'onScrape' | 'httpDuration' | 'packItems' | 'webhooks'
>;

function overloadMetrics(registers: Registry[]): OverloadMetrics {
  const lanes = { labelNames: ['queue', 'lane'] as const, registers };
  return {
    shed: new Counter({
      name: 'credits_shed_total',
      help: 'Commands refused because their queue was too far behind',
      ...lanes,
    }),
    limited: new Counter({
      name: 'credits_rate_limited_total',
      help: 'Requests refused by a limit: write, read, burst, unauthenticated or bodies',
      labelNames: ['limit'],
      registers,
    }),
    limitStoreFailures: new Counter({
      name: 'credits_rate_limit_store_failures_total',
      help: 'Times the store of rate limits did not answer and a replica counted alone',
      registers,
    }),
    backlogJobs: new Gauge({
      name: 'credits_queue_waiting_jobs',
      help: 'Jobs ready to run; those of wallets with far more than their share in the lane later',
      ...lanes,
    }),
    backlogAge: new Gauge({
      name: 'credits_queue_oldest_waiting_seconds',
      help: 'Age of the oldest jobs ready to run',
      ...lanes,
    }),
    backlogBytes: new Gauge({
      name: 'credits_queue_backlog_bytes',
      help: 'What waits in the queue, by the mean size of what this process enqueued lately',
      labelNames: ['queue'],
      registers,
    }),
    attention: new Gauge({
      name: 'credits_attention',
      help: 'What goes on failing until an operator looks at it, as GET /v1/attention lists it',
      labelNames: ['kind'],
      registers,
    }),
    waiters: new Gauge({
      name: 'credits_outcome_waiters',
      help: 'Requests that wait for the outcome of a command',
      registers,
    }),
    bodyBytes: new Gauge({
      name: 'credits_body_bytes',
      help: 'Memory set aside for the bodies of requests under way',
      registers,
    }),
    shedding: new Gauge({
      name: 'credits_queue_shedding',
      help: '1 while new commands are refused because the queue is too far behind',
      ...lanes,
    }),
  };
}
