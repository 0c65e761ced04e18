import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Keeps proxies from closing what is silent, and notices who has left. */
const COMMENT_EVERY_MS = 15_000;
/** Who does not read for this long has left without saying so. */
const DRAIN_LIMIT_MS = 30_000;

export interface EventStream {
  /** Aborted when the reader left or `end` was called. */
  readonly closed: AbortSignal;
  /** Resolves once there is room for more; never rejects. */
  send(event: { id?: string; event: string; data: unknown }): Promise<void>;
  /** Asks the reader to come back after so long, and ends. */
  end(retryMs: number): void;
}

/** Server-sent events on a response, with comments in between. */
export function openEventStream(response: ServerResponse, retryMs: number): EventStream {
  const closing = new AbortController();
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // An ended stream leaves no idle connection behind that a stopping server would wait for.
    Connection: 'close',
    // Proxies that gather answers would keep the events to themselves.
    'X-Accel-Buffering': 'no',
  });
  response.write(`retry: ${Math.round(retryMs)}\n\n`);
  const comments = setInterval(() => response.write(': still here\n\n'), COMMENT_EVERY_MS);
  response.once('close', () => {
    clearInterval(comments);
    closing.abort();
  });
  return {
    closed: closing.signal,
    async send({ id, event, data }) {
      if (closing.signal.aborted) return;
      const head = id === undefined ? '' : `id: ${id}\n`;
      if (response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) return;
      const limit = AbortSignal.timeout(DRAIN_LIMIT_MS);
      const signal = AbortSignal.any([closing.signal, limit]);
      await once(response, 'drain', { signal }).catch(() => {
        if (limit.aborted) response.destroy();
      });
    },
    end(comeBackMs) {
      clearInterval(comments);
      closing.abort();
      response.end(`retry: ${Math.round(comeBackMs)}\n\n`);
    },
  };
}
