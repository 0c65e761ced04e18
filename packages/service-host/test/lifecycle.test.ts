import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stopAll } from '../src/index.ts';

const silent = { info() {}, error() {} };

describe('stopping parts', () => {
  it('goes in reverse order, does not stop at a failure, and reports it', async () => {
    const stopped: string[] = [];
    const part = (name: string, fails = false) => ({
      name,
      stop: async () => {
        stopped.push(name);
        if (fails) throw new Error('stuck');
      },
    });
    expect(await stopAll([part('a'), part('b'), part('c')], silent)).toBe(true);
    expect(await stopAll([part('d'), part('e', true)], silent)).toBe(false);
    expect(stopped).toEqual(['c', 'b', 'a', 'e', 'd']);
  });

  it('gives up when the time is over', async () => {
    const stuck = { name: 'stuck', stop: () => new Promise<void>(() => {}) };
    expect(await stopAll([stuck], silent, 50)).toBe(false);
  });
});

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops its parts on %s and exits with 0',
    async (signal) => {
      const child = await running('well');
      child.process.kill(signal);
      expect(await child.ended()).toEqual({
        code: 0,
        lines: ['running', 'second stops', 'second stopped', 'first stopped'],
      });
    },
  );

  it('takes two signals within a second for one, as Ctrl-C under npm sends them', async () => {
    const child = await running('slow');
    child.process.kill('SIGINT');
    await child.printed('second stops');
    child.process.kill('SIGINT');
    const { code, lines } = await child.ended();
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('first stopped');
  });

  it('ends at once on a second signal after a second', async () => {
    const child = await running('slow');
    child.process.kill('SIGTERM');
    await child.printed('second stops');
    await delay(1_100);
    child.process.kill('SIGTERM');
    const { code, lines } = await child.ended();
    expect(code).toBe(1);
    expect(lines).not.toContain('second stopped');
  });

  it('exits with 1 when a part fails to stop, having stopped the others', async () => {
    const child = await running('failing');
    child.process.kill('SIGTERM');
    const { code, lines } = await child.ended();
    expect(code).toBe(1);
    expect(lines).toContain('error: A part did not stop cleanly');
    expect(lines.at(-1)).toBe('first stopped');
  });

  it('that cannot start says why, stops what had started and exits with 1', async () => {
    const child = start('process-with-parts.ts', 'broken');
    expect(await child.ended()).toEqual({
      code: 1,
      lines: ['error: the port is taken', 'first stopped'],
    });
  });

  it('stops when its supervisor’s channel closes', async () => {
    const child = start('process-with-parts.ts', 'well', 'ipc');
    await child.printed('running');
    child.process.disconnect();
    expect((await child.ended()).lines.at(-1)).toBe('first stopped');
  });

  it('stops, and has its full time to do so, when the npm that started it was killed', async () => {
    const parent = start('parent-of-process.ts', 'slow');
    await parent.printed('running');
    parent.process.kill('SIGKILL');
    await parent.printed('first stopped');
  });
});

async function running(behaviour: string) {
  const child = start('process-with-parts.ts', behaviour);
  await child.printed('running');
  return child;
}

function start(script: string, behaviour: string, channel: 'ipc' | 'ignore' = 'ignore') {
  const path = fileURLToPath(new URL(`fixtures/${script}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, behaviour], {
    stdio: ['ignore', 'pipe', 'inherit', channel],
  });
  const exited = once(child, 'exit');
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const lines = (): string[] => text.split('\n').filter((line) => line !== '');
  return {
    process: child,
    /** Waits for a line of the process or of a child that shares its output. */
    async printed(line: string): Promise<void> {
      const deadline = performance.now() + 60_000;
      while (!lines().includes(line)) {
        if (performance.now() > deadline) throw new Error(`Not printed: ${line}; only ${text}`);
        await delay(10);
      }
    },
    async ended(): Promise<{ code: number | null; lines: string[] }> {
      const [code] = await exited;
      return { code, lines: lines() };
    },
  };
}
