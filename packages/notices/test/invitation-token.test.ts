import { describe, expect, test } from 'vitest';
import {
  deriveInvitationKey,
  invitationToken,
  readInvitationToken,
} from '../src/invitation-token.ts';

const key = deriveInvitationKey('s'.repeat(32));
const link = { id: '0191f2a4-5b6c-7d8e-9fa0-b1c2d3e4f506', round: 3 };

describe('the link of an invitation', () => {
  test('names the invitation and the mail, and fits into an address', () => {
    const token = invitationToken(key, link);
    expect(token).toMatch(/^[\w-]{48}$/);
    expect(readInvitationToken(key, token)).toEqual(link);
  });

  test('of each mail is another one', () => {
    const tokens = [1, 2, 3].map((round) => invitationToken(key, { ...link, round }));
    expect(new Set(tokens)).toHaveLength(3);
  });

  test('that was invented, changed, spelled otherwise or made elsewhere is nothing', () => {
    const token = invitationToken(key, link);
    const elsewhere = invitationToken(deriveInvitationKey('t'.repeat(32)), link);
    const changed = Array.from(
      { length: token.length },
      (_, at) => `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`,
    );
    for (const wrong of ['', 'x', `${token}A`, `${token}=`, token.slice(1), elsewhere, ...changed])
      expect(readInvitationToken(key, wrong)).toBeNull();
  });
});
