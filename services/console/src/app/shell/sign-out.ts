import { ask } from '../../api/request.ts';
import { tellSignedOut } from '../one-person.ts';

/** Ends the session here and at the provider, which may want to show a page of its own. */
export async function signOut(): Promise<void> {
  const { body } = await ask<{ location: string } | null>('/auth/sign-out', { method: 'POST' });
  tellSignedOut();
  location.assign(body?.location ?? '/sign-in');
}
