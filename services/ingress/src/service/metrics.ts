import { Counter, Histogram, Registry } from 'prom-client';

/** What the ingress measures; a registry of its own, so that several can live in one process. */
export interface Metrics {
  registry: Registry;
  /** Seconds, by method, route template and status. */
  httpDuration: Histogram<'method' | 'route' | 'status'>;
  packItems: Histogram;
  webhooks: Counter<'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
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
  };
}
