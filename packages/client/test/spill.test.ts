import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MeteredCharge } from '../src/meter/metered-charge.ts';
import type { Spill } from '../src/meter/spill.ts';
import { openSpill } from '../src/spill/open-spill.ts';
import { thisProcess, type Owner } from '../src/spill/owner.ts';
import { newIdempotencyKey } from '../src/transport/idempotency-key.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const charge = (key: string): MeteredCharge => ({
  idempotency_key: key,
  wallet: 'user:ana',
  amount: '1',
  product: 'rendé\n"r"',
  occurred_at: '2026-11-21T12:00:00.000Z',
});

function open(dir: string, account = 'a'): { spill: Spill; warnings: string[] } {
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  return { spill: openSpill({ dir, account }, logger), warnings };
}

const filesIn = (dir: string, kind: string): string[] =>
  readdirSync(dir)
    .filter((file) => file.includes(`.${kind}.`))
    .map((file) => join(dir, file))
    .toSorted();

async function takeAll(spill: Spill): Promise<string[]> {
  const keys: string[] = [];
  for (let part = await spill.next(); part !== null; part = await spill.next()) {
    keys.push(...part.charges.map((one) => one.idempotency_key));
    await part.done();
  }
  return keys;
}

/** What an owner leaves behind who was killed. */
function asIfKilled(dir: string, owner: Partial<Owner> = { pid: deadPid() }): void {
  for (const file of filesIn(dir, 'owner')) {
    writeFileSync(file, JSON.stringify({ ...thisProcess(), ...owner }));
  }
}

function deadPid(): number {
  const script = 'process.stdout.write(String(process.pid))';
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

describe('a spill folder', () => {
  it('gives back what was written, in order and byte for byte', async () => {
    const { spill } = open(temporaryFolder());
    await spill.append([charge('1'), charge('2')]);
    await spill.append([charge('3')]);
    expect(spill.records).toBe(3);
    expect((await spill.next())?.charges).toEqual([charge('1'), charge('2'), charge('3')]);
    expect(await takeAll(spill)).toEqual(['1', '2', '3']);
    expect(spill.records).toBe(0);
  });

  it('begins a new segment after a thousand charges', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    for (let from = 0; from < 2_500; from += 500) {
      await spill.append(Array.from({ length: 500 }, (_, index) => charge(`${from + index}`)));
    }
    expect(filesIn(dir, 'segment')).toHaveLength(3);
    expect(await takeAll(spill)).toEqual(Array.from({ length: 2_500 }, (_, index) => `${index}`));
  });

  it('leaves what is not done to who opens it next', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    await spill.next();
    await spill.close();
    const next = open(dir).spill;
    await next.adopt();
    expect(next.records).toBe(1);
    expect(await takeAll(next)).toEqual(['1']);
  });

  it('written to in the last moment of a process is read like any other', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    spill.appendNow([charge('1'), charge('2')]);
    await spill.close();
    const next = open(dir).spill;
    await next.adopt();
    expect(await takeAll(next)).toEqual(['1', '2']);
  });

  it('overlooks a line that was torn by a crash', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    const [file = ''] = filesIn(dir, 'segment');
    const whole = readFileSync(file, 'utf8');
    for (const cut of [1, 5, 20, 60]) {
      writeFileSync(file, whole + whole.split('\n')[1]?.slice(0, cut));
      expect((await spill.next())?.charges).toEqual([charge('1')]);
    }
  });

  it('keeps and reports a line that was changed, and reads the others', async () => {
    const dir = temporaryFolder();
    const { spill, warnings } = open(dir);
    await spill.append([charge('1'), charge('2'), charge('3')]);
    const [file = ''] = filesIn(dir, 'segment');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[2] = lines[2]?.replace('user:ana', 'user:eve') ?? '';
    writeFileSync(file, lines.join('\n'));
    expect(await takeAll(spill)).toEqual(['1', '3']);
    expect(readFileSync(join(dir, 'damaged.ndjson'), 'utf8')).toContain('user:eve');
    expect(warnings).toHaveLength(1);
  });

  it('lets one of several rivals have what a killed process left', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    for (let index = 0; index < 3; index += 1) {
      await spill.append(Array.from({ length: 1_000 }, (_, at) => charge(`${index}-${at}`)));
    }
    asIfKilled(dir);
    const rivals = Array.from({ length: 4 }, () => open(dir).spill);
    await Promise.all(rivals.map((rival) => rival.adopt()));
    const taken = await Promise.all(rivals.map(takeAll));
    expect(taken.flat()).toHaveLength(3_000);
    expect(new Set(taken.flat()).size).toBe(3_000);
  });

  it('leaves the segments of a process that runs alone', async () => {
    const dir = temporaryFolder();
    await open(dir).spill.append([charge('1')]);
    const other = open(dir).spill;
    await other.adopt();
    expect(other.records).toBe(0);
  });

  it('gives up an owner elsewhere only after it was silent for a minute', async () => {
    const dir = temporaryFolder();
    await open(dir).spill.append([charge('1')]);
    asIfKilled(dir, { pid: 1, place: 'another boot', host: 'elsewhere' });
    const other = open(dir).spill;
    await other.adopt();
    expect(other.records).toBe(0);
    const before = new Date(Date.now() - 61_000);
    for (const file of filesIn(dir, 'owner')) {
      if (readFileSync(file, 'utf8').includes('elsewhere')) utimesSync(file, before, before);
    }
    await other.adopt();
    expect(await takeAll(other)).toEqual(['1']);
  });

  it('is written to elsewhere when its segment was taken over although its owner lives', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    const [file = ''] = filesIn(dir, 'segment');
    const thief = newIdempotencyKey();
    const stolen = file.replace(/\.[0-9a-f-]{36}\.segment/, `.${thief}.segment`);
    renameSync(file, stolen);
    await spill.append([charge('2')]);
    // The thief may have read before the second charge was in it; so it is in both.
    expect(await takeAll(spill)).toEqual(['2']);
    const next = open(dir).spill;
    await next.adopt();
    expect(await takeAll(next)).toEqual(['1', '2']);
  });

  it('removes a segment whose writer died before its first charge', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    const [file = ''] = filesIn(dir, 'segment');
    const [header = ''] = readFileSync(file, 'utf8').split('\n');
    for (const beginning of ['', 'f00', `${header}\n`, `${header}\nf00`]) {
      const name = `${newIdempotencyKey()}.${newIdempotencyKey()}.segment.ndjson`;
      writeFileSync(join(dir, name), beginning);
      const next = open(dir).spill;
      await next.adopt();
      expect(next.records).toBe(0);
      expect(filesIn(dir, 'segment')).toEqual([file]);
    }
  });

  it('sends no charges of which nobody can tell whose they are', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    const [file = ''] = filesIn(dir, 'segment');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"account":"a"', '"account":"b"'));
    await spill.close();
    const { spill: next, warnings } = open(dir);
    await next.adopt();
    expect(await takeAll(next)).toEqual([]);
    expect(readFileSync(join(dir, 'damaged.ndjson'), 'utf8')).toContain('"idempotency_key":"1"');
    expect(warnings).toHaveLength(1);
  });

  it('leaves no trace when all is done', async () => {
    const dir = temporaryFolder();
    const { spill } = open(dir);
    await spill.append([charge('1')]);
    await takeAll(spill);
    await spill.close();
    expect(readdirSync(dir)).toEqual([]);
  });
});
