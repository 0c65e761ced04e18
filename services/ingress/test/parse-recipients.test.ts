import { describe, expect, it } from 'vitest';
import { parseRecipients } from '../src/allocations/parse-recipients.ts';

const faultsOf = async (text: string, individual = true): Promise<string[]> => {
  const parsed = await parseRecipients(text, individual);
  return parsed.ok ? [] : parsed.faults.map(({ line, message }) => `${line}: ${message}`);
};

describe('a list of recipients', () => {
  it('is read with and without amounts, with a byte order mark, blank lines and quotes', async () => {
    const rich = await parseRecipients(
      '\uFEFFUser, Amount\r\nuser:ana,12.5\r\n\r\n"ben", "3"\r\n',
      true,
    );
    expect(rich).toEqual({
      ok: true,
      recipients: [
        { line: 2, user: 'user:ana', amount: 12_500_000n },
        { line: 4, user: 'user:ben', amount: 3_000_000n },
      ],
    });
    const plain = await parseRecipients('user\nana\nben', false);
    expect(plain).toMatchObject({ ok: true, recipients: [{ user: 'user:ana' }, { line: 3 }] });
  });

  it('says every fault with its line', async () => {
    const text = 'user,amount\nana,5\nb n,5\nana,0\ncleo\ndan,1.0000001,x\n,7\n';
    expect(await faultsOf(text)).toEqual([
      '3: names no user: 1 to 128 of A-Z a-z 0-9 . _ @ -',
      '4: the amount must be greater than zero',
      '4: names user:ana, as line 2 does',
      '5: has 1 columns instead of 2',
      expect.stringContaining('5: the amount must be a number such as 12.5'),
      '6: has 3 columns instead of 2',
      expect.stringContaining('6: the amount has more than six decimals'),
      '7: names no user: 1 to 128 of A-Z a-z 0-9 . _ @ -',
    ]);
  });

  it.each([
    ['', true, '1: there must be a header and at least one recipient'],
    ['user\n', false, '1: there must be a header and at least one recipient'],
    ['name,sum\nana,5', true, '1: must be the header "user" or "user,amount"'],
    ['user\nana', true, '1: needs a column "amount", or amount_per_recipient in the address'],
    [
      'user,amount\nana,5',
      false,
      '1: has a column "amount" although amount_per_recipient gives one for all',
    ],
    ['user\n"ana', false, '2: is not CSV: check its quotes'],
  ])('such as %j is refused for one reason', async (text, individual, fault) => {
    expect(await faultsOf(text, individual)).toEqual([fault]);
  });

  it('ends at a hundred thousand', async () => {
    const lines = Array.from({ length: 100_001 }, (_, index) => `u${index}`);
    expect(await faultsOf(['user', ...lines].join('\n'), false)).toEqual([
      '100002: is past the 100000 recipients that an allocation can have',
    ]);
  });
});
