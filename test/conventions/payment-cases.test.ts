import { expect, test } from 'vitest';
import { readSource, sourceFiles } from './source-files.ts';

/** The ways in which a payment is known to go wrong; a test says by its title which one it proves. */
const CASES = 77;

test('each payment case is the title of at least one test', () => {
  const titles = sourceFiles(/^(packages|services|test)\/.*\.test\.ts$/)
    .filter((file) => !file.startsWith('test/conventions/'))
    .map((file) => readSource(file))
    .join('\n');
  const proven = new Set(
    [...titles.matchAll(/payment case (\d+): /g)].map(([, number]) => Number(number)),
  );
  const missing = Array.from({ length: CASES }, (_, at) => at + 1).filter(
    (number) => !proven.has(number),
  );
  expect(missing).toEqual([]);
});
