import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs the whole suite, or the files named on the command line, and closes with one plain line that
 * every CI can read. A suite that could not run is a failure of its own, never a silent gap.
 */
const folder = await mkdtemp(join(tmpdir(), 'bursar-test-'));
const report = join(folder, 'report.json');
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const child = spawn(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`].concat(
    process.argv.slice(2),
  ),
  { stdio: 'inherit', cwd: join(import.meta.dirname, '..') },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The runner ends by itself and cleans up its servers; we wait for that.
  process.on(signal, () => child.kill(signal));
}
const [code] = (await once(child, 'exit')) as [number | null];

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

const counts = await readCounts();
process.exitCode = code === 0 && counts.failed === 0 ? 0 : 1;
console.log(`${counts.passed} passed, ${counts.failed} failed`);

async function readCounts(): Promise<{ passed: number; failed: number }> {
  try {
    const read = JSON.parse(await readFile(report, 'utf8')) as Report;
    // A file that broke before its first test has no test to count.
    const broken = read.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    return { passed: read.numPassedTests, failed: read.numFailedTests + broken };
  } catch (error) {
    console.error(`The test report could not be read: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
