import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { collectFaults } from './harness/console-faults.ts';
import { startConsole, type ConsoleWorld } from './harness/console-world.ts';
import { expectAccessible } from './harness/expect-accessible.ts';
import { inChromium } from './harness/in-chromium.ts';
import { available } from './harness/paying.ts';

const PHONE = { width: 390, height: 844, scheme: 'dark' } as const;

inChromium('managing an organization in the console', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsole();
    await grant(world.api, 'org:acme', '1000');
  });
  afterAll(() => world.stop());

  /** Where the newest mail of an invitation leads. */
  const invitationTo = (address: string): Promise<string> =>
    until(`a mail to ${address}`, async () => {
      const mails = await world.system.mail.to(address);
      return mails.map(({ text }) => /http\S+\/invitations\/[\w-]+/.exec(text)?.[0]).find(Boolean);
    });
  const balance = async (wallet: string): Promise<string> =>
    (await world.api.wallet(wallet)).balance;

  it('removing a member shows first what returns to the pool, and returns it', async () => {
    const body = { from: 'org:acme', to: 'user:emma', amount: '80' };
    await world.api.run('/v1/transfers', body);
    await world.api.run('/v1/charges', { wallet: 'user:emma', amount: '30', product: 'notebook' });
    const page = await world.signInAs('ana', { path: '/orgs/acme/members' });
    const faults = collectFaults(page);
    await act(page, 'Ana Ito', 'Change role…');
    const role = page.getByRole('dialog', { name: 'Role of Ana Ito' });
    await role.getByRole('radio', { name: /^Admin/ }).check();
    await role.getByRole('button', { name: 'Change role' }).click();
    await role.getByText(/This is the last owner; nothing was changed/).waitFor();
    await role.getByRole('button', { name: 'Cancel' }).click();
    await act(page, 'Emma Larsen', 'Remove…');
    const dialog = page.getByRole('dialog', { name: 'Remove Emma Larsen?' });
    await dialog.getByText('Returns to the pool now').waitFor();
    await dialog.getByText('50', { exact: true }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Remove Emma Larsen' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('emma@example.com').waitFor({ state: 'detached' });
    expect([await balance('org:acme'), await balance('user:emma')]).toEqual(['970', '0']);
    expect(faults).toEqual([]);
  });

  it('somebody is invited by mail, and the invitation can be taken back', async () => {
    const page = await world.signInAs('ben', { ...PHONE, path: '/orgs/acme/members' });
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('textbox', { name: 'Mail address' }).fill('new@example.com');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Send invitation' }).click();
    const pending = page.getByRole('table', { name: 'Pending invitations' });
    await pending.getByText('new@example.com').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Take back the invitation to new@example.com' }).click();
    const taking = page.getByRole('dialog', { name: 'Take the invitation back?' });
    await taking.getByRole('button', { name: 'Take back' }).click();
    await pending.waitFor({ state: 'detached' });
  });

  it('an open invitation is shown, however many later ones were taken back', async () => {
    const list = '/v1/organizations/acme/invitations';
    const invite = (name: string) =>
      world.api.post(list, { email: `${name}@example.com`, role: 'member' });
    const { body: early } = await invite('early');
    for (let nth = 0; nth < 51; nth += 1) {
      const { body } = await invite(`late-${nth}`);
      await world.api.delete(`${list}/${body.id}`);
    }
    const page = await world.signInAs('ben');
    const later = /\/invitations\?.*cursor=/;
    let refused = 0;
    await page.route(later, (route) => {
      refused += 1;
      return route.fulfill(tooMany);
    });
    await page.goto(`${world.url}/orgs/acme/members`);
    const alert = page.getByRole('alert').filter({ hasText: 'Not so fast.' });
    await alert.waitFor();
    await expectAccessible(page);
    // What is refused is asked for again by who wants it, and not at once for ever.
    expect(refused).toBe(1);
    await page.unroute(later);
    await alert.getByRole('button', { name: 'Try again' }).click();
    const pending = page.getByRole('table', { name: 'Pending invitations' });
    await pending.getByText('early@example.com').waitFor();
    expect((await world.api.delete(`${list}/${early.id}`)).status).toBe(200);
  });

  it('a seat brings its holder the credits that were said before', async () => {
    const page = await world.signInAs('ana', { path: '/orgs/acme/seats' });
    await page.getByRole('textbox', { name: 'Credits for each seat' }).fill('25');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Each seat brings 25 credits').waitFor();
    await page.getByRole('button', { name: 'Assign a seat' }).click();
    const dialog = page.getByRole('dialog', { name: 'Assign a seat' });
    await dialog.getByRole('combobox', { name: 'Member' }).fill('dev');
    await page.getByRole('option', { name: /Dev Patel/ }).click();
    await dialog.getByText('25 credits leave the pool').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Assign a seat to Dev Patel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Assigned seats' }).getByText('Dev Patel').waitFor();
    await until('the seat paid', async () => (await balance('user:dev')) === '25');
  });

  it('a rule is tried over the past, switched on, does its work and is switched off', async () => {
    const before = Number(await balance('org:acme'));
    const page = await world.signInAs('ana', { path: '/orgs/acme/rules' });
    await page.getByRole('button', { name: 'Begin with a refill' }).click();
    const dialog = page.getByRole('dialog', { name: 'New standing rule' });
    await dialog.getByRole('textbox', { name: 'Bring each member up to' }).fill('40');
    await dialog.getByText('brought up to 40 unspent credits').waitFor();
    await dialog.getByRole('button', { name: 'Try it over the past' }).click();
    await dialog
      .getByText(/it would have|In .* the pool could not/i)
      .first()
      .waitFor();
    await expectAccessible(page);
    expect(Number(await balance('org:acme'))).toBe(before);
    await dialog.getByRole('radio', { name: 'In this period already' }).check();
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.waitFor({ state: 'detached' });
    const rule = page.getByRole('list', { name: 'Standing rules' }).getByRole('listitem');
    await rule.getByText('every active member is brought up to 40').waitFor();
    await rule.getByText(/Last run: .* 135 credits for 4 members/).waitFor();
    expect(Number(await balance('org:acme'))).toBe(before - 135);
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Switch off/ }).click();
    const ending = page.getByRole('dialog', { name: 'Switch this rule off?' });
    await ending.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('No standing rules').waitFor();
  });

  it('a budget limits a member, who sees it and their part, and nothing of the pool', async () => {
    const page = await world.signInAs('ana', { path: '/orgs/acme/settings' });
    await page.getByRole('button', { name: 'Add a budget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a budget' });
    await dialog.getByLabel('Limits').selectOption('One member');
    await dialog.getByRole('combobox', { name: 'Member' }).fill('dev');
    await page.getByRole('option', { name: /Dev Patel/ }).click();
    await dialog.getByRole('textbox', { name: 'Limit' }).fill('10');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Add a budget' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('0 of 10').waitFor();
    await expectAccessible(page);
    const member = await world.signInAs('dev', { ...PHONE, path: '/orgs/acme/billing' });
    await member.getByRole('region', { name: 'From this organization' }).waitFor();
    await member.getByText('0 of 10').waitFor();
    expect(await member.getByRole('button', { name: 'Transfer' }).count()).toBe(0);
    await expectAccessible(member);
    await member.goto(`${world.url}/orgs/acme/settings`);
    await member.getByText('This page is for owners and admins').waitFor();
  });

  it('amounts that stand in a form stay what they are where a comma divides', async () => {
    const saved = {
      auto_approve_below: '12.345',
      auto_approve_monthly: '1000.125',
      request_expiry_days: 7,
    };
    await world.api.patch('/v1/organizations/acme/settings', saved);
    const page = await world.signInAs('ana', { path: '/orgs/acme/settings', locale: 'de-DE' });
    const days = page.getByRole('textbox', { name: 'Undecided requests expire after' });
    await days.fill('9');
    const form = page.locator('form').filter({ has: days });
    expect(await form.getByRole('textbox').first().inputValue()).toBe('12,345');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved').waitFor();
    const { body } = await world.api.get('/v1/organizations/acme');
    expect(body.settings).toMatchObject({ ...saved, request_expiry_days: 9 });
  });

  it('what is told and how is chosen, and an account with credits is not deleted', async () => {
    const page = await world.signInAs('dev', { ...PHONE, path: '/me/settings' });
    const mail = page.getByRole('switch', { name: 'Credits received: Mail' });
    await mail.press(' ');
    await until('the switch is off', async () => !(await mail.isChecked()));
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Delete your account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    await dialog.getByText('Credits are left.').waitFor();
    await dialog.getByText('You are in an organization. Leave it first.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete my account' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    const kept = await world.api.get('/v1/users/dev/notification-preferences');
    expect(kept.body.preferences).toContainEqual(
      expect.objectContaining({ kind: 'credits-received', mail: false }),
    );
  });

  it('what one organization is called is never written into another', async () => {
    await world.api.put('/v1/organizations/beta', { name: 'Beta Labs' });
    await world.api.put('/v1/organizations/beta/members/ben', { role: 'owner' });
    const page = await world.signInAs('ben', { path: '/orgs/acme/settings' });
    const name = page.getByRole('textbox', { name: 'Name of the organization' });
    const switchTo = async (organization: string, path: string): Promise<void> => {
      await page.getByRole('button', { name: /^Workspace/ }).click();
      await page.getByRole('menuitem', { name: organization }).click();
      await page.waitForURL(`${world.url}${path}`);
      await page.getByRole('button', { name: `Workspace: ${organization}` }).waitFor();
    };
    await name.waitFor();
    await switchTo('Beta Labs', '/orgs/beta/settings');
    await until('the other name', async () => (await name.inputValue()) === 'Beta Labs');
    await name.fill('Beta Laboratories');
    await switchTo('Acme Research', '/orgs/acme/settings');
    await until('the first name', async () => (await name.inputValue()) === 'Acme Research');
  });

  it('an organization is founded, somebody joins by mail, is suspended and reinstated, and inherits it', async () => {
    const page = await world.signInAs('sam', { path: '/me/settings' });
    const faults = collectFaults(page);
    await page.getByRole('button', { name: 'Create an organization' }).click();
    const founding = page.getByRole('dialog', { name: 'Create an organization' });
    await founding.getByRole('textbox', { name: 'Name', exact: true }).fill('Night Shift');
    await expectAccessible(page);
    await founding.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(`${world.url}/orgs/night-shift/billing`);
    await grant(world.api, 'org:night-shift', '200');
    await available(page, '200');
    await page.goto(`${world.url}/orgs/night-shift/members`);
    await page.getByRole('button', { name: 'Invite' }).click();
    const inviting = page.getByRole('dialog', { name: 'Invite somebody' });
    await inviting.getByRole('textbox', { name: 'Mail address' }).fill('olga@example.com');
    await inviting.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByRole('table', { name: 'Pending invitations' }).waitFor();
    const olga = await world.signInAs('olga');
    await olga.goto(await invitationTo('olga@example.com'));
    await olga.getByText(/You are invited as a member/).waitFor();
    await olga.getByRole('button', { name: 'Join as Olga Olsen' }).click();
    await olga.getByRole('status').getByText('You are in Night Shift').waitFor();
    await grant(world.api, 'user:olga', '7');
    const share = { from: 'org:night-shift', to: 'user:olga', amount: '40' };
    await world.api.run('/v1/transfers', share);
    await olga.goto(`${world.url}/orgs/night-shift/billing`);
    const part = olga.getByRole('region', { name: 'From this organization' });
    await part.getByText('40', { exact: true }).waitFor();
    await page.reload();
    const row = page.getByRole('row').filter({ hasText: 'olga@example.com' });
    await row.getByText('Active').waitFor();
    expect(await page.getByRole('table', { name: 'Pending invitations' }).count()).toBe(0);

    await act(page, 'Olga Olsen', 'Suspend…');
    const suspending = page.getByRole('dialog', { name: 'Suspend Olga Olsen?' });
    await suspending.getByText(/is frozen: it cannot be spent until they are reinstated/).waitFor();
    await expectAccessible(page);
    await suspending.getByRole('button', { name: 'Suspend Olga Olsen' }).click();
    await row.getByText('Suspended').waitFor();
    const frozen = { balance: '47', available: '7', frozen: '40' };
    expect(await world.api.wallet('user:olga')).toMatchObject(frozen);
    await olga.reload();
    await olga.getByText(/these credits are frozen/).waitFor();
    await olga.goto(`${world.url}/me/wallet?tab=credits`);
    const given = olga.getByRole('listitem').filter({ hasText: '40 of 40 left' });
    await given.getByText('Frozen').waitFor();
    await expectAccessible(olga);
    await act(page, 'Olga Olsen', 'Reinstate…');
    const reinstating = page.getByRole('dialog', { name: 'Reinstate Olga Olsen?' });
    await reinstating.getByText(/can be spent again at once/).waitFor();
    await reinstating.getByRole('button', { name: 'Reinstate Olga Olsen' }).click();
    await row.getByText('Active').waitFor();
    const free = { balance: '47', available: '47', frozen: '0' };
    expect(await world.api.wallet('user:olga')).toMatchObject(free);

    await act(page, 'Olga Olsen', 'Make owner in my place…');
    const handing = page.getByRole('dialog', { name: 'Give ownership to Olga Olsen?' });
    await handing.getByText(/you stay as an admin.* No credits move/).waitFor();
    const last = handing.getByRole('button', { name: 'Make Olga Olsen the owner' });
    expect(await last.isDisabled()).toBe(true);
    await handing.getByRole('textbox', { name: 'Type Night Shift to confirm' }).fill('Night Shift');
    await expectAccessible(page);
    await last.click();
    await row.getByText('Owner').waitFor();
    expect([await balance('org:night-shift'), await balance('user:olga')]).toEqual(['160', '47']);

    await world.api.run('/v1/transfers', { ...share, to: 'user:sam', amount: '30' });
    await page.goto(`${world.url}/me/settings`);
    await page.getByRole('button', { name: 'Leave Night Shift' }).click();
    const leaving = page.getByRole('dialog', { name: 'Leave Night Shift?' });
    await leaving.getByText('Returns to the pool now').waitFor();
    await leaving.getByText('30', { exact: true }).waitFor();
    await expectAccessible(page);
    expect(await balance('user:sam')).toBe('30');
    await leaving.getByRole('button', { name: 'Leave Night Shift' }).click();
    await page.getByText('You are in no organization.').waitFor();
    expect([await balance('org:night-shift'), await balance('user:sam')]).toEqual(['160', '0']);
    await olga.goto(`${world.url}/orgs/night-shift/members`);
    await olga.getByRole('button', { name: 'Actions for Olga Olsen' }).waitFor();
    expect(await olga.getByRole('button', { name: 'Actions for Sam Solo' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('a page whose session ended leads to the door', async () => {
    const page = await world.signInAs('dev', { path: '/me/transactions' });
    await page.getByRole('heading', { name: 'Transactions' }).waitFor();
    expect((await world.api.delete('/v1/users/dev/sessions')).status).toBeLessThan(300);
    await grant(world.api, 'user:dev', '1');
    await page.waitForURL(`${world.url}/sign-in?return_to=%2Fme%2Ftransactions`);
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    // Where there is nothing behind the door, it says so instead of leading there.
    await page.route('**/auth/status', (route) => route.fulfill({ json: { set_up: false } }));
    await page.reload();
    await page.getByRole('alert').getByText('Signing in is not set up').waitFor();
    expect(await page.getByRole('link', { name: 'Sign in' }).count()).toBe(0);
    await expectAccessible(page);
  });

  it('the danger zone lists what is given up, and deletes once the name was typed', async () => {
    const admin = await world.signInAs('ben', { path: '/orgs/acme/settings' });
    await admin.getByText('Only an owner can delete the organization.').waitFor();
    const left = await balance('org:acme');
    const page = await world.signInAs('ana', { path: '/orgs/acme/settings' });
    await page.getByRole('button', { name: 'Delete the organization…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Acme Research?' });
    await dialog.getByText(`${left} credits are given up for good.`).waitFor();
    const last = dialog.getByRole('button', { name: 'Delete Acme Research' });
    expect(await last.isDisabled()).toBe(true);
    await dialog
      .getByRole('textbox', { name: 'Type Acme Research to confirm' })
      .fill('Acme Research');
    await expectAccessible(page);
    await last.click();
    await page.waitForURL('**/me/settings');
    await page.getByText('You are in no organization.').waitFor();
    expect(await balance('org:acme')).toBe('0');
  });
});

async function act(page: Page, member: string, what: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${member}` }).click();
  await page.getByRole('menuitem', { name: what }).click();
}

const tooMany = {
  status: 429,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    title: 'Wait',
    status: 429,
    detail: 'Not so fast.',
    code: 'rate_limited',
  }),
};
