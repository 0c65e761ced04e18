import { catalog, type JobHandlers, type QueueFamily } from '../../src/index.ts';

/** One handler for every job of a family, because a worker of a queue has to handle all of its jobs. */
export function handlersOf(family: QueueFamily, handle: () => Promise<void>): JobHandlers {
  const rows = Object.entries(catalog).filter(([, row]) => row.family === family);
  return Object.fromEntries(rows.map(([name]) => [name, handle]));
}
