import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOrganization, newUser } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

let system: WholeSystem;

beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
});
afterAll(() => system.stop());

const mailsTo = (address: string, count: number) =>
  until(`${count} mails`, async () => {
    const mails = await system.mail.to(address);
    return mails.length >= count ? mails : undefined;
  });

const tokensIn = (text = '') => [...text.matchAll(/\/invitations\/([\w-]{48})/g)].map(([, t]) => t);

test('an invitation is a mail, a click, a membership; a newer mail ends the older link', async () => {
  const address = `g${randomBytes(5).toString('hex')}@example.com`;
  const { org, owner } = await newOrganization(system.api, { members: 1, credits: '50' });
  const invitations = `/v1/organizations/${org.slice(4)}/invitations`;
  const invited = await system.api.post(
    invitations,
    { email: address, role: 'admin' },
    { actAs: owner },
  );
  expect(invited.status).toBe(201);
  const [first] = await mailsTo(address, 1);
  expect(first?.subject).toContain('Acme');
  expect(first?.text).toContain('as an administrator');
  const [oldToken] = tokensIn(first?.text);
  await system.api.post(`${invitations}/${invited.body.id}/resend`, {}, { actAs: owner });
  const mails = await mailsTo(address, 2);
  const tokens = mails.flatMap((mail) => tokensIn(mail.text));
  const token = tokens.find((one) => one !== oldToken);
  expect(new Set(tokens)).toHaveLength(2);

  const guest = await newUser(system.api);
  const accept = (which = '') =>
    system.api.post(`/v1/invitations/${which}/accept`, {}, { actAs: guest });
  expect((await accept(oldToken)).body.code).toBe('invitation_not_open');
  expect((await accept(token)).body).toMatchObject({ user: guest, role: 'admin' });
  const kinds = (await system.api.get('/v1/notifications', { actAs: owner })).body.data.map(
    (notice: { kind: string }) => notice.kind,
  );
  expect(kinds).not.toContain('invitation-sent');
});
