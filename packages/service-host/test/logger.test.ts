import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Runs the script in a process of its own, because the logger writes to standard output. */
function logged(): Record<string, unknown>[] {
  const script = fileURLToPath(new URL('fixtures/log-secrets.ts', import.meta.url));
  const lines = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('a log line', () => {
  it('is JSON with a level word, a UTC time and the process name', () => {
    const [line] = logged();
    expect(line).toMatchObject({ level: 'info', name: 'test', msg: 'Secrets' });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('shows neither secrets nor addresses, wherever the usual names hold them', () => {
    const text = JSON.stringify(logged());
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[redacted\]/g)).toHaveLength(6);
  });

  it('keeps an error’s message and stack', () => {
    const failure = logged()[1]?.['error'];
    expect(failure).toMatchObject({ type: 'RangeError', message: 'too far' });
    expect(JSON.stringify(failure)).toContain('log-secrets.ts');
  });
});
