import type { RequestListener } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Serves /metrics on a port of its own, which needs no key and must not face the public. */
export const metricsListener =
  ({ registry, onScrape }: Metrics): RequestListener =>
  (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('Only /metrics is here.\n');
      return;
    }
    const updated = Promise.all(onScrape.map(async (update) => update()));
    updated
      .then(() => registry.metrics())
      .then(
        (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
        (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
      );
  };
