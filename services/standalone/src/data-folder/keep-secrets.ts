import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keepPrivate, readKept } from './data-folder.ts';

const Kept = z.object({ secret: z.string().min(32), operatorKey: z.string().min(16) });

export interface KeptSecrets {
  /** Root of every derived key: API key hashes, operation ids, cursors. */
  secret: string;
  operatorKey: string;
}

/** What must stay the same over restarts: made once, readable by this user only. */
export function keepSecrets(
  path: string,
  given: { secret: string | undefined; operatorKey: string | undefined },
  say: (line: string) => void,
): KeptSecrets {
  const file = join(path, 'secrets.json');
  const kept =
    readKept(file, Kept, 'restore it from a backup: without it no API key works') ?? make();
  if (!existsSync(file)) {
    if (given.secret === undefined && existsSync(join(path, 'postgres.port'))) {
      say(`Note: ${file} was gone and is made anew; API keys made before no longer work.`);
    }
    keepPrivate(file, kept);
  }
  return {
    secret: given.secret ?? kept.secret,
    operatorKey: given.operatorKey ?? kept.operatorKey,
  };
}

const make = (): KeptSecrets => ({
  secret: randomBytes(32).toString('hex'),
  operatorKey: `bsk_${randomBytes(32).toString('base64url')}`,
});
