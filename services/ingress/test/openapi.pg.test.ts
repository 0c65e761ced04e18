import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}

let ingress: RunningIngress;
let document: {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: object }> };
};
let operations: { method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  ingress = await startIngress();
  document = (await ingress.call('GET', '/openapi.json', { key: null })).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
});
afterAll(() => ingress.stop());

describe('the OpenAPI document', () => {
  it('is 3.1 with unique names of a verb and a noun', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
  });

  it('names every parameter of every address', () => {
    for (const { path, operation } of operations) {
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        expect(operation.parameters).toContainEqual(
          expect.objectContaining({ name, in: 'path', required: true }),
        );
      }
    }
  });

  it('asks for an Idempotency-Key on every POST command that does not bring its keys itself', () => {
    // Items of batches have keys of their own; a charge that is tried again has one made from its first.
    const keyed = ['createChargeBatch', 'sendEvents', 'replayOperation'];
    const commands = operations.filter(
      ({ method, operation }) =>
        method === 'post' && operation.responses['202'] && !keyed.includes(operation.operationId),
    );
    expect(commands.length).toBeGreaterThanOrEqual(12);
    for (const { operation } of commands) {
      expect(operation.parameters).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', required: true }),
      );
    }
  });

  it('lists the refusals of everything that needs a key', () => {
    for (const { path, operation } of operations.filter(({ path: at }) => at.startsWith('/v1/'))) {
      for (const status of ['401', '403', '404', '503']) {
        expect(operation.responses[status]?.content, `${path} ${status}`).toHaveProperty([
          'application/problem+json',
        ]);
      }
    }
  });

  it('spells amounts out', () => {
    expect(document.components.schemas['Amount']).toMatchObject({
      oneOf: [{ type: 'string' }, { type: 'integer' }],
    });
  });

  it('gives examples that the routes accept', async () => {
    for (const { method, path, operation } of operations) {
      const example = operation.requestBody?.content['application/json']?.example;
      if (example === undefined) continue;
      const address = path
        .replace('{wallet}', 'user:ana')
        .replace('{transaction}', 'txn_01h455vb4pex5vsknk084sn02q')
        .replaceAll(/\{(org|user|rule)\}/g, 'x')
        .replace('{id}', path.includes('holds') ? 'hold_01h455vb4pex5vsknk084sn02q' : 'x');
      const answered = await ingress.call(method.toUpperCase(), address, {
        body: example,
        idempotencyKey: `example-${path.replaceAll(/[^a-z]/g, '-')}`,
      });
      expect([200, 201, 202, 403, 404, 409, 422], `${method} ${path}`).toContain(answered.status);
      expect(answered.body?.code, `${method} ${path}`).not.toBe('invalid_amount');
    }
  });

  it('gives a batch of events as a list', () => {
    const events = operations.find(({ path }) => path === '/v1/events');
    const content = events?.operation.requestBody?.content ?? {};
    expect(content['application/cloudevents-batch+json']?.example).toHaveLength(2);
    expect(content['application/cloudevents+json']?.example).toHaveProperty('specversion');
  });
});
