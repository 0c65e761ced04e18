import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  readSettings,
  setting,
  SettingsError,
  unknownSettings,
  type Environment,
} from '../src/index.ts';

const schema = z.object({
  PORT: setting.port.default(8080),
  DATABASE_URL: setting.url(['postgres', 'postgresql']),
  BURSAR_SECRET: setting.secret,
  DEMO: setting.flag.default(false),
  SHARDS: setting.integer(1, 64).default(2),
  ROLES: setting.list.default([]),
});

const secret = 's'.repeat(32);
const valid = { DATABASE_URL: 'postgres://localhost/bursar', BURSAR_SECRET: secret };

function faultsOf(env: Environment): readonly string[] {
  try {
    readSettings(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bursar-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read, converted and completed with their defaults', () => {
    expect(readSettings(schema, { ...valid, DEMO: '1', SHARDS: '4', ROLES: 'a, b,' })).toEqual({
      ...valid,
      PORT: 8080,
      DEMO: true,
      SHARDS: 4,
      ROLES: ['a', 'b'],
    });
  });

  it('that are faulty are all named at once, each with how to mend it', () => {
    expect(
      faultsOf({ PORT: '70000', DATABASE_URL: 'mysql://x', DEMO: 'yes', SHARDS: '65' }),
    ).toEqual([
      'PORT: must be a port from 0 to 65535',
      'DATABASE_URL: must be a URL that starts with postgres:// or postgresql://',
      'BURSAR_SECRET: is not set; set it or BURSAR_SECRET_FILE',
      'DEMO: must be 0 or 1',
      'SHARDS: must be a whole number from 1 to 64',
    ]);
  });

  it('count as unset when they are empty', () => {
    expect(faultsOf({ ...valid, BURSAR_SECRET: '' })).toEqual([
      'BURSAR_SECRET: is not set; set it or BURSAR_SECRET_FILE',
    ]);
  });

  it('come from a file when the _FILE twin names one, without the line end', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, `${secret}\n`);
    const settings = readSettings(schema, {
      ...valid,
      BURSAR_SECRET: undefined,
      BURSAR_SECRET_FILE: path,
    });
    expect(settings.BURSAR_SECRET).toBe(secret);
  });

  it('are refused when the file cannot be read, or both twins are set', () => {
    const missing = join(folder, 'missing');
    const [unreadable] = faultsOf({
      DATABASE_URL: valid.DATABASE_URL,
      BURSAR_SECRET_FILE: missing,
    });
    expect(unreadable).toContain(`BURSAR_SECRET_FILE: the file ${missing} cannot be read`);
    const path = join(folder, 'twin');
    writeFileSync(path, secret);
    expect(faultsOf({ ...valid, BURSAR_SECRET_FILE: path })).toEqual([
      'BURSAR_SECRET: is set together with BURSAR_SECRET_FILE; keep one of them',
    ]);
  });

  it('never show a refused value, which may be a secret', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://user:hunter2@host',
      BURSAR_SECRET: 'hunter2',
    });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('that nobody reads are reported when they look like ours', () => {
    const env = { BURSAR_DEMOO: '1', BURSAR_DEMO: '1', BURSAR_SECRET_FILE: '/x', PATH: '/bin' };
    expect(unknownSettings(env, ['BURSAR_DEMO', 'BURSAR_SECRET'])).toEqual(['BURSAR_DEMOO']);
  });
});
