import { connectQueues, queueSettings, QueueUnavailable, UnsafeRedis } from '@bursar/queues';
import type { Boot } from './boot.ts';
import { CannotStart } from './cannot-start.ts';
import { patiently } from './terminal/terminal.ts';

const CONNECT_MS = 5_000;

/**
 * Connects once to the Redis of the settings, so that one that is down or would lose accepted jobs
 * ends the start before anything else runs.
 */
export async function checkRedis({ settings, say }: Boot): Promise<void> {
  const { REDIS_URL, QUEUE_PREFIX } = settings;
  if (REDIS_URL === undefined) return;
  const queues = queueSettings({
    redisUrl: REDIS_URL,
    databaseUrl: '',
    prefix: QUEUE_PREFIX,
    allowUnsafeRedis: settings.ALLOW_UNSAFE_REDIS,
  });
  let reason = 'no answer in time';
  const hear = (fields: object): void => {
    if ('reason' in fields) reason = String(fields.reason);
    if ('faults' in fields)
      say(`Warning: this Redis may lose accepted commands: ${listed(fields.faults)}`);
  };
  const log = { info: () => undefined, warn: hear, error: hear };
  try {
    const connected = connectQueues(queues, log, CONNECT_MS);
    await (await patiently('Connecting to Redis…', connected)).close();
  } catch (error) {
    throw redisFault(error, reason);
  }
}

function redisFault(error: unknown, reason: string): unknown {
  if (error instanceof QueueUnavailable) {
    return new CannotStart(
      `The Redis of REDIS_URL cannot be used (${reason}); start it, mend REDIS_URL, or unset it to keep the queues in PostgreSQL.`,
    );
  }
  if (!(error instanceof UnsafeRedis)) return error;
  return new CannotStart(
    `The Redis of REDIS_URL can lose commands that were already accepted; mend this, or set ALLOW_UNSAFE_REDIS=1 if that is acceptable:${listed(error.faults)}`,
  );
}

const listed = (faults: unknown): string =>
  [faults]
    .flat()
    .map((fault) => `\n    - ${String(fault)}`)
    .join('');
