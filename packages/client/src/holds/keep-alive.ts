import { BursarRejection } from '../errors.ts';
import type { ClientLogger } from '../options.ts';
import { letGo } from '../transport/pause.ts';

/** A beat may be missed twice before the hold expires. */
const BEATS_PER_LIFE = 3;

/**
 * Extends a hold at every third of its life. An outage is tried again with the next beat; a refusal
 * is final and told to `onLost`.
 */
export function keepAlive(
  expiresInSeconds: number,
  extend: () => Promise<unknown>,
  logger: ClientLogger,
  onLost: (error: unknown) => void,
): { stop: () => void } {
  let extending = false;
  const everyMs = Math.max(100, (expiresInSeconds * 1_000) / BEATS_PER_LIFE);
  const timer = setInterval(() => void beat(), everyMs);
  letGo(timer);
  const stop = (): void => clearInterval(timer);

  async function beat(): Promise<void> {
    if (extending) return;
    extending = true;
    try {
      await extend();
    } catch (error) {
      logger.warn('A hold could not be extended', { error: String(error) });
      if (error instanceof BursarRejection) {
        stop();
        onLost(error);
      }
    } finally {
      extending = false;
    }
  }
  return { stop };
}
