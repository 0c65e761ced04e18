import { join } from 'node:path';
import { z } from 'zod';
import { keepPrivate, readKept } from './data-folder.ts';

const Kept = z.object({
  since: z.iso.datetime(),
  furnished: z.boolean().default(false),
  past: z.boolean().default(false),
});

/** What this installation remembers of its demo. */
export interface DemoRecord {
  /** When the demo was first shown here: its dates count from then, on every start alike. */
  since: Date;
  furnished: boolean;
  /** Whether the installation was given the months before its first day. */
  past: boolean;
  markFurnished(): void;
  markPast(): void;
}

export function openDemoRecord(path: string): DemoRecord {
  const file = join(path, 'demo.json');
  const loss = 'remove it to see the demo again, or start with BURSAR_DEMO=0';
  let kept = readKept(file, Kept, loss) ?? {
    since: new Date().toISOString(),
    furnished: false,
    past: false,
  };
  const keep = (changes: Partial<z.infer<typeof Kept>>): void => {
    kept = { ...kept, ...changes };
    keepPrivate(file, kept);
  };
  keep({});
  return {
    since: new Date(kept.since),
    furnished: kept.furnished,
    past: kept.past,
    markFurnished: () => keep({ furnished: true }),
    markPast: () => keep({ past: true }),
  };
}
