import { vi } from 'vitest';

/** As long as `until` waits: a second, which is what Vitest waits, is too short on a busy machine. */
const PATIENCE_MS = 60_000;

const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));

type Waiting = Parameters<typeof vi.waitFor>[1];

function patient(options: Waiting): Waiting {
  return typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options };
}
