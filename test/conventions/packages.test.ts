import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSource, ROOT, sourceFiles } from './source-files.ts';

const manifests = sourceFiles(/^(packages|services)\/[^/]+\/package\.json$/);
const folders = manifests.map((file) => file.replace(/\/package\.json$/, ''));

describe('workspaces', () => {
  test('each have a README of about a page', () => {
    const without = folders.filter((folder) => !existsSync(join(ROOT, folder, 'README.md')));
    expect(without).toEqual([]);
    const long = folders.filter(
      (folder) => readSource(`${folder}/README.md`).split('\n').length > 150,
    );
    expect(long).toEqual([]);
  });

  test('pin every dependency to one version', () => {
    const loose = ['package.json', ...manifests].flatMap((file) => {
      const manifest = JSON.parse(readSource(file)) as Record<string, Record<string, string>>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
        Object.entries(manifest[kind] ?? {}).filter(([, version]) => !/^\d/.test(version)),
      );
    });
    expect(loose).toEqual([]);
  });

  test('hold no host of a package registry in the lock', () => {
    expect(readSource('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });
});
