import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { readSource, sourceFiles } from './source-files.ts';

/**
 * Who may import whom. A workspace is named by its folder; a door (`ledger/reads`) is a part of a
 * package that may be allowed on its own.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  client: [],
  ledger: ['contracts'],
  queues: ['contracts'],
  payments: ['contracts'],
  notices: ['contracts'],
  'service-host': [],
  embedded: [],
  'stripe-emulator': [],
  ingress: [
    'contracts',
    'queues',
    'service-host',
    'ledger/reads',
    'payments/verify-webhook',
    'notices/webhook-endpoints',
    'notices/unsubscribe',
    'notices/invitation',
  ],
  worker: [
    'contracts',
    'queues',
    'service-host',
    'payments',
    'notices',
    'ledger/operations',
    'ledger/reads',
  ],
  console: ['contracts'],
  'dev-identity': [],
  standalone: [
    'console/build',
    'contracts',
    'dev-identity',
    'queues',
    'service-host',
    'embedded',
    'stripe-emulator',
    'ledger/administration',
    // The demo's past is written by the operations themselves, on one connection.
    'ledger/operations',
    'ledger/reads',
    'ingress',
    'worker',
  ],
  // It prepares a Stripe account before any service runs.
  cli: ['contracts', 'queues', 'service-host', 'embedded', 'ledger', 'payments'],
};

/** An outside library that stands behind exactly one package. */
const OWNED: Readonly<Record<string, string>> = {
  bullmq: 'queues',
  ioredis: 'queues',
  pg: 'queues',
  stripe: 'payments',
  nodemailer: 'notices',
  undici: 'notices',
  express: 'ingress',
  'openid-client': 'ingress',
  jose: 'ingress',
  'oidc-provider': 'dev-identity',
};

interface Import {
  file: string;
  from: string;
  target: string;
  typeOnly: boolean;
}

const imports = sourceFiles(/^(packages|services)\/[^/]+\/src\/.*\.tsx?$/).flatMap(readImports);

function readImports(file: string): Import[] {
  const { module } = parseSync(file, readSource(file));
  const from = file.split('/')[1] ?? '';
  const fixed = [...module.staticImports, ...module.staticExports].flatMap((statement) => {
    const entries = statement.entries as readonly {
      isType: boolean;
      moduleRequest?: { value: string } | null;
    }[];
    const target =
      'moduleRequest' in statement
        ? statement.moduleRequest.value
        : entries[0]?.moduleRequest?.value;
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    return target === undefined ? [] : [{ file, from, target, typeOnly }];
  });
  const source = readSource(file);
  const late = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    file,
    from,
    target: source.slice(start, end).replace(/^['"`]|['"`]$/g, ''),
    typeOnly: false,
  }));
  return [...fixed, ...late];
}

describe('imports', () => {
  test('are found at all, so that the rules below cannot pass by accident', () => {
    expect(imports.length).toBeGreaterThan(300);
    expect(imports.some(({ target }) => target.startsWith('@bursar/'))).toBe(true);
  });

  test('every workspace has its row in the table above', () => {
    const workspaces = new Set(imports.map(({ from }) => from));
    expect([...workspaces].filter((name) => ALLOWED[name] === undefined)).toEqual([]);
  });

  test('cross workspaces only where the architecture allows it, and through the named doors', () => {
    const wrong = imports.filter(({ from, target }) => {
      if (!target.startsWith('@bursar/')) return false;
      const name = target.slice('@bursar/'.length);
      const allowed = ALLOWED[from] ?? [];
      return !allowed.includes(name) && !allowed.includes(name.split('/')[0] ?? '');
    });
    expect(wrong).toEqual([]);
  });

  test('never leave a workspace by a relative path', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const depth = file.split('/').length - 3;
      return (
        (target.match(/\.\.\//g) ?? []).length >= depth + (target.includes('migrations') ? 1 : 0)
      );
    });
    expect(wrong.filter(({ target }) => target.endsWith('.ts'))).toEqual([]);
  });

  test('of an outside library with one home come from that home only, types of the emulator apart', () => {
    const wrong = imports.filter(({ from, target, typeOnly }) => {
      const home = OWNED[target.split('/')[0] ?? ''];
      if (home === undefined || home === from) return false;
      return !(from === 'stripe-emulator' && target === 'stripe' && typeOnly);
    });
    expect(wrong).toEqual([]);
  });

  test('of the tests never appear in what is shipped', () => {
    expect(imports.filter(({ target }) => /(^|\/)test\//.test(target))).toEqual([]);
  });
});
