import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/**
 * Asks until the answer is neither null, undefined nor false, and gives it back. Fails with `what`,
 * and with the last error if asking itself failed, after `limitMs`.
 */
export async function until<Value>(
  what: string,
  ask: () => Value | Promise<Value>,
  limitMs = 60_000,
): Promise<Exclude<Value, null | undefined | false>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) {
        return answer as Exclude<Value, null | undefined | false>;
      }
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Not within ${limitMs} ms: ${what}`, { cause });
    }
    await sleep(LOOK_EVERY_MS);
  }
}
