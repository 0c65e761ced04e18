import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { didNotRun } from '../../harness/queue-backends.ts';
import { CHROMIUM } from './chromium-flags.ts';

/** Tests that need Chromium; where there is none they say so, and fail in CI. */
export function inChromium(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) describe(name, tests);
  else didNotRun(name, `there is no ${CHROMIUM} (apt-get install chromium)`);
}
