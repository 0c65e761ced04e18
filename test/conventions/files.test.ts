import { describe, expect, test } from 'vitest';
import { readSource, sourceFiles } from './source-files.ts';

const code = sourceFiles(/^(packages|services|test|infra)\/.*\.(ts|tsx|mjs|sql)$/);
const shipped = code.filter((file) => /^(packages|services)\/[^/]+\/(src|migrations)\//.test(file));

describe('source files', () => {
  test('are found at all', () => {
    expect(shipped.length).toBeGreaterThan(100);
  });

  test('stay below 400 lines, tests below 600: a longer one is more than one thing', () => {
    const limit = (file: string) => (/\.test\.ts$|^test\//.test(file) ? 600 : 400);
    const long = code.filter((file) => readSource(file).split('\n').length > limit(file));
    expect(long).toEqual([]);
  });

  test('are named for what they hold, not for being of help', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\/|[-.])/;
    expect(code.filter((file) => vague.test(file))).toEqual([]);
  });

  test('are spelt in kebab-case; SQL files like the function they define', () => {
    const odd = code.filter((file) => {
      const name = file.split('/').at(-1) ?? '';
      return name.endsWith('.sql') ? !/^[a-z0-9_]+\.sql$/.test(name) : !/^[a-z0-9.-]+$/.test(name);
    });
    expect(odd).toEqual([]);
  });

  test('leave no unfinished work behind', () => {
    const marks = new RegExp(['TO', 'DO|FIX', 'ME|X', 'XX'].join(''));
    expect(code.filter((file) => marks.test(readSource(file)))).toEqual([]);
  });

  test('never read the environment beside the settings of their process', () => {
    const readers = shipped.filter((file) => /process\.env\b/.test(readSource(file)));
    const allowed = [
      /^services\/[^/]+\/src\/main\.ts$/,
      /^packages\/service-host\/src\/lifecycle\.ts$/,
      /^packages\/stripe-emulator\/src\/(main|start-stripe-emulator)\.ts$/,
      /^services\/cli\/src\//,
    ];
    expect(readers.filter((file) => !allowed.some((rule) => rule.test(file)))).toEqual([]);
  });

  test('switch no check off', () => {
    const off = new RegExp(['@ts-', 'ignore|@ts-', 'nocheck|eslint-', 'disable'].join(''));
    expect(code.filter((file) => off.test(readSource(file)))).toEqual([]);
  });
});
