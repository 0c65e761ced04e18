/* oxlint-disable typescript/no-unsafe-type-assertion -- the cache was written by this file */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deriveSchema, type ApiSchema } from './derive-schema.ts';

/** The schema of the installed SDK; derived once per version of the SDK and of the walker. */
export function apiSchema(): ApiSchema {
  const sdk = join(dirname(createRequire(import.meta.url).resolve('stripe')), '..');
  const walker = readFileSync(fileURLToPath(new URL('./derive-schema.ts', import.meta.url)));
  const version = readFileSync(join(sdk, 'package.json'));
  const key = createHash('sha256').update(walker).update(version).digest('hex').slice(0, 16);
  const path = join(tmpdir(), 'bursar-stripe-schema', `${key}.json`);
  return cached(path) ?? derive(sdk, path);
}

function cached(path: string): ApiSchema | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ApiSchema;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function derive(sdk: string, path: string): ApiSchema {
  const resources = join(sdk, 'esm', 'resources');
  const files = readdirSync(resources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.d.ts') && !name.startsWith('V2'))
    .map((name) => join(resources, name));
  const schema = deriveSchema(files);
  mkdirSync(dirname(path), { recursive: true });
  // Several test files may derive at once; whoever renames last leaves the same content.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(schema));
  renameSync(temporary, path);
  return schema;
}
