import { createHash } from 'node:crypto';
import { createBursarFor } from './create-bursar.ts';
import { processExits } from './spill/process-exits.ts';
import { openSpill } from './spill/open-spill.ts';

/** Makes a client for Node.js, whose meters can keep charges on a disk. Throws a TypeError for options that cannot work. */
export const createBursar = createBursarFor({
  exits: processExits,
  openSpill,
  fingerprint: (key) => createHash('sha256').update(`bursar ${key}`).digest('hex').slice(0, 16),
});

export * from './exports.ts';
