import { expect, it } from 'vitest';
import { refusal } from '../src/access/permit.ts';
import { RIGHTS, type Action } from '../src/access/rights.ts';

const ACTIONS = Object.keys(RIGHTS) as Action[];
const PRODUCT = { kind: 'product', key: 'key_1', scopes: [] } as const;
/** Somebody in an organization whom hardly anything is allowed, and who may know of everything. */
const PERSON = { kind: 'person', id: 'ana', key: 'key_1' } as const;

it.each(ACTIONS)('a refusal to %s names the thing with its article', (action) => {
  const texts = [refusal(PRODUCT, action, 'member'), refusal(PERSON, action, 'member')].flatMap(
    (problem) => (problem?.code === 'forbidden' ? [problem.detail] : []),
  );
  for (const text of texts) {
    expect(text).toMatch(
      /^This (product key|person) may not \w+( or \w+)? (a|an|this|the|their|usage|credits|for|prices)\b.*\. (Use|Ask) /,
    );
    expect(text).not.toMatch(/_/);
  }
});
