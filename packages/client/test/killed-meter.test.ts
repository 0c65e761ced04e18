import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { createBursar } from '../src/node.ts';
import { startFakeIngress, type FakeIngress, type Mood } from './harness/fake-ingress.ts';
import { startMetering } from './harness/metering-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

let ingress: FakeIngress;
beforeEach(async () => {
  ingress = await startFakeIngress();
});
afterEach(() => ingress.stop());

const meteringOf = (spillDir: string, prefix: string) => ({
  url: ingress.url,
  key: 'bsk_test',
  spillDir,
  wallet: 'user:ana',
  prefix,
});

/** What the next process does that uses the folder. */
async function replayAll(spillDir: string): Promise<void> {
  ingress.moods('well');
  const meter = createBursar({ url: ingress.url, key: 'bsk_test' }).meter({ spillDir });
  await meter.flush();
  await meter.close();
}

describe('a process with a meter', () => {
  it.each([['well'], ['away'], ['mute'], ['partly']] as [Mood][])(
    'that is killed while the server is %s has lost no charge that it was told is safe',
    async (mood) => {
      const spillDir = temporaryFolder();
      const safe: string[] = [];
      ingress.moods(mood);
      for (let round = 0; round < 3; round += 1) {
        const process = startMetering({ ...meteringOf(spillDir, `${round}`), count: 100_000 });
        await until('it has charged', () => process.safe.length > 40 + round * 60);
        process.child.kill('SIGKILL');
        await process.ended;
        safe.push(...process.safe);
      }
      await replayAll(spillDir);
      expect(safe.filter((key) => !ingress.accepted.has(key))).toEqual([]);
      expect(readdirSync(spillDir)).toEqual([]);
    },
    60_000,
  );

  it('may share its folder with others that are killed', async () => {
    const spillDir = temporaryFolder();
    ingress.moods('away', 'mute', 'well', 'partly', 'away', 'well');
    const processes = ['a', 'b', 'c'].map((prefix) =>
      startMetering({ ...meteringOf(spillDir, prefix), count: 100_000 }),
    );
    await until('all have charged', () => processes.every(({ safe }) => safe.length > 50));
    for (const { child, ended } of processes) {
      child.kill('SIGKILL');
      await ended;
    }
    await replayAll(spillDir);
    const safe = processes.flatMap((one) => one.safe);
    expect(safe.filter((key) => !ingress.accepted.has(key))).toEqual([]);
  }, 60_000);

  it('that runs out of work sends what it has in memory first', async () => {
    const spillDir = temporaryFolder();
    const process = startMetering({ ...meteringOf(spillDir, 'x'), count: 95, mode: 'memory' });
    await process.ended;
    expect(ingress.accepted.size).toBe(95);
    expect(readdirSync(spillDir)).toEqual([]);
  });

  it.each(['memory', 'exit'] as const)(
    'that ends while the server is away leaves everything on the disk (%s)',
    async (mode) => {
      const spillDir = temporaryFolder();
      ingress.moods('deaf');
      const process = startMetering({ ...meteringOf(spillDir, 'x'), count: 95, mode });
      await process.ended;
      expect(ingress.accepted.size).toBe(0);
      await replayAll(spillDir);
      expect(ingress.accepted.size).toBe(95);
    },
  );

  it('that is asked to end closes its meter and ends by the signal', async () => {
    const spillDir = temporaryFolder();
    const process = startMetering({ ...meteringOf(spillDir, 'x'), count: 100_000, mode: 'memory' });
    await until('it has charged', () => process.safe.length > 100);
    process.child.kill('SIGTERM');
    expect(await process.ended).toEqual([null, 'SIGTERM']);
    const { safe } = process;
    expect(safe.filter((key) => !ingress.accepted.has(key))).toEqual([]);
    expect(readdirSync(spillDir)).toEqual([]);
  });
});
