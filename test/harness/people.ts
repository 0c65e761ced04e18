import { randomBytes } from 'node:crypto';
import type { SystemApi } from './system-api.ts';

const fresh = (name: string): string => `${name}-${randomBytes(5).toString('hex')}`;

/** A new person with a wallet of their own; answers `user:<id>`. */
export async function newUser(api: SystemApi, email?: string): Promise<string> {
  const id = fresh('user');
  const answered = await api.put(`/v1/users/${id}`, { name: 'Ana', ...(email && { email }) });
  if (answered.status >= 300) throw new Error(answered.text);
  return `user:${id}`;
}

/** A new organization with so many members; the first of them owns it. */
export async function newOrganization(
  api: SystemApi,
  options: { members: number; credits: string },
): Promise<{ org: string; owner: string; members: string[] }> {
  const id = fresh('org');
  await expectOk(api.put(`/v1/organizations/${id}`, { name: 'Acme' }));
  const members: string[] = [];
  for (let count = 0; count < options.members; count += 1) {
    const member = await newUser(api);
    const path = `/v1/organizations/${id}/members/${member.slice('user:'.length)}`;
    await expectOk(api.put(path, { role: count === 0 ? 'owner' : 'member' }));
    members.push(member);
  }
  const org = `org:${id}`;
  await grant(api, org, options.credits);
  return { org, owner: members[0] ?? '', members };
}

/** Free credits that never expire, unless told otherwise; answers the lot. */
export async function grant(
  api: SystemApi,
  wallet: string,
  amount: string,
  terms: object = {},
): Promise<{ id: string }> {
  const body = { wallet, amount, kind: 'promotional', reason: 'Opening', ...terms };
  return (await api.run('/v1/grants', body)).lot;
}

async function expectOk(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`${status}: ${text}`);
}
