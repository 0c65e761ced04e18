/** The backend did not confirm the job in time. It may or may not have been stored: send it again under the same id. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';

  constructor(what: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${what}: the queue did not answer (${reason}). Try again in a moment.`, { cause });
  }
}

/** The database lacks BullMQ's tables, or has those of another major version. */
export class QueuesNotMigrated extends Error {
  override readonly name = 'QueuesNotMigrated';

  constructor(cause: Error) {
    super(
      `The queue tables do not fit: ${cause.message} Run the migrate command, then start again.`,
      {
        cause,
      },
    );
  }
}

/** The job breaks its own catalog row; sending it again unchanged cannot succeed. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
}

/** Redis would lose or evict accepted jobs. `faults` holds one text per setting, with the lines that mend it. */
export class UnsafeRedis extends Error {
  override readonly name = 'UnsafeRedis';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(unsafeRedisText(faults));
    this.faults = faults;
  }
}

export function unsafeRedisText(faults: readonly string[]): string {
  return [
    'This Redis can lose commands that were already accepted with 202:',
    ...faults.map((fault) => `- ${fault}`),
    'Mend these, or set ALLOW_UNSAFE_REDIS=1 if losing accepted commands is acceptable.',
  ].join('\n');
}

/** The text of anything thrown, cut so that a log line or a stored failure stays small. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.length > REASON_LENGTH_MAX ? `${text.slice(0, REASON_LENGTH_MAX)}…` : text;
}

const REASON_LENGTH_MAX = 500;
