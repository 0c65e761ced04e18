import type { Template } from './notice-content.ts';
import {
  amountOf,
  creditsOf,
  decimal,
  optionalText,
  textOf,
  type NoticeData,
  partyOf,
} from './notice-data.ts';

/** What people read about credits that organizations hand out, take back and delay. */
export const distributionTemplates = {
  'credits-taken-back': (data) => ({
    subject: `${organizationOf(data)} took back ${creditsOf(data, 'amount')}`,
    sentences: [
      `${organizationOf(data)} took back ${creditsOf(data, 'amount')} that you had not spent. Your own credits were not touched.`,
    ],
    rows: [
      ['Credits', amountOf(data, 'amount')],
      ...reasonRow(data),
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'credits-recalled': (data) => ({
    subject: `${creditsOf(data, 'returned')} came back to the pool`,
    sentences: [
      `Members had not spent ${creditsOf(data, 'returned')}, which are in the pool again.`,
      ...(decimal(data, 'held') === '0'
        ? []
        : [`${creditsOf(data, 'held')} are held for running work and stayed with the members.`]),
    ],
    rows: [['Returned', amountOf(data, 'returned')], ...reasonRow(data)],
  }),
  'request-expired': (data) => ({
    subject: 'Your credit request expired',
    sentences: [
      `Nobody at ${organizationOf(data)} decided your request for ${creditsOf(data, 'amount')} in time. No credits moved; you can ask again.`,
    ],
    rows: [
      ['Requested', amountOf(data, 'amount')],
      ['Request', textOf(data, 'id')],
    ],
  }),
  'seat-assigned': (data) => ({
    subject: `You have a seat in ${organizationOf(data)}`,
    sentences: [`${organizationOf(data)} assigned you a seat.`],
    rows: [],
  }),
  'seat-revoked': (data) => ({
    subject: `Your seat in ${organizationOf(data)} was revoked`,
    sentences: [
      `Your seat in ${organizationOf(data)} was revoked. Your credits stay yours to spend.`,
    ],
    rows: [],
  }),
  'credits-delayed': (data) => ({
    subject: `The pool cannot pay ${creditsOf(data, 'amount')} yet`,
    sentences: [
      `${partyOf(data, 'member')} is to receive ${creditsOf(data, 'amount')} (${occasionOf(data)}), which cannot be paid in full now. They are paid by themselves as soon as they can be; buy credits to speed that up.`,
    ],
    rows: [['Credits', amountOf(data, 'amount')]],
  }),
  'rule-delayed': (data) => ({
    subject: `The rule ${textOf(data, 'rule')} waits for credits`,
    sentences: [
      `The rule ${textOf(data, 'rule')} needs ${creditsOf(data, 'required')} and the pool has ${creditsOf(data, 'available')}. Nobody received anything; it is tried again until its period ends.`,
    ],
    rows: [
      ['Required', amountOf(data, 'required')],
      ['Available', amountOf(data, 'available')],
    ],
  }),
  'member-removed': (data) =>
    optionalText(data, 'cause') === 'organization_deletion'
      ? deletedContent(data)
      : leftContent(data),
} as const satisfies Record<string, Template>;

const leftContent: Template = (data) => ({
  subject: `You are no longer a member of ${organizationOf(data)}`,
  sentences: [
    `${creditsOf(data, 'returned')} that ${organizationOf(data)} had allocated to you and you had not spent went back. Credits of your own stay yours.`,
  ],
  rows: [['Returned', amountOf(data, 'returned')]],
});

/** Nobody took anything back: there is no pool any more. */
const deletedContent: Template = (data) => ({
  subject: `${organizationOf(data)} was deleted`,
  sentences: [
    `${organizationOf(data)} was deleted, and with it your membership. You keep ${creditsOf(data, 'kept')} that it had allocated to you and you have not spent, until they expire.`,
  ],
  rows: [['Kept', amountOf(data, 'kept')]],
});

const organizationOf = (data: NoticeData): string => partyOf(data, 'organization');

const occasionOf = (data: NoticeData): string =>
  textOf(data, 'for') === 'seat' ? 'a seat' : 'the default allocation';

function reasonRow(data: NoticeData): [string, string][] {
  const reason = optionalText(data, 'reason');
  return reason === null ? [] : [['Reason', reason]];
}
