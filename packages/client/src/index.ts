import { createBursarFor, NO_RUNTIME } from './create-bursar.ts';

/** Makes a client that runs wherever there is `fetch`. Throws a TypeError for options that cannot work. */
export const createBursar = createBursarFor(NO_RUNTIME);

export * from './exports.ts';
