import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
  for (const user of ['ana', 'ben']) await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
});
afterAll(() => ingress.stop());

const erase = (path: string, actAs?: string, body?: object) =>
  ingress.call('DELETE', path, { ...(actAs !== undefined && { actAs }), body });

it('is for people themselves and operators, first as a preview', async () => {
  expect((await erase('/v1/users/ana', 'user:ben')).status).toBe(404);
  expect((await erase('/v1/users/nobody')).status).toBe(404);
  const preview = await erase('/v1/users/ana', 'user:ana', { preview: true });
  expect(preview.body).toMatchObject({ user: 'user:ana', deleted: false, blockers: [] });
  expect((await erase('/v1/users/ana', 'user:ana')).body).toMatchObject({ deleted: true });
  expect((await erase('/v1/users/ana')).status).toBe(200);
  expect((await ingress.call('GET', '/v1/users/ana')).status).toBe(404);
  expect((await ingress.call('PUT', '/v1/users/ana', { body: { name: 'A' } })).status).toBe(404);
  expect((await ingress.call('GET', '/v1/notifications', { actAs: 'user:ana' })).status).toBe(403);
});

it('is refused to owners of organizations, with what to do', async () => {
  await ingress.call('PUT', '/v1/organizations/b', { body: { name: 'B' }, actAs: 'user:ben' });
  const refused = await erase('/v1/users/ben', 'user:ben');
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'account_not_settled', subjects: ['org:b'] },
  });
  expect(refused.body.detail).toContain('without an owner');
});
