import { t } from '../../texts/for-management.ts';
import { textAt, type Notice } from './notice.ts';

const n = t.notifications;

/** How figures and days are written for the reader. */
export interface Formats {
  credits: (amount: string) => string;
  money: (money: { amount: number; currency: string }) => string;
  day: (at: string) => string;
  moment: (at: string) => string;
}

/** How much, for what money, from or by whom, where and why; what a notice does not have is left out. */
export function detailsOf({ kind, data }: Notice, formats: Formats): string {
  const names = data['names'] as Readonly<Record<string, string>> | undefined;
  const named = (id: string): string => names?.[id] ?? id;
  const [from, member, next, expiry] = [
    'from',
    'member',
    'next_attempt_at',
    'first_expires_at',
  ].map((key) => textAt(data, key));
  // Whoever is told what became of their own request knows who asked.
  const own = isDecision(kind);
  return [
    creditsOf(kind, data, formats),
    moneyOf(data, formats),
    from && n.from(named(from)),
    member && !own && n.by(named(member)),
    placeOf(data, from ?? null, named),
    expiry && n.firstOn(formats.day(expiry)),
    next && n.triedAgain(formats.moment(next)),
    wordsOf(kind, data),
  ]
    .filter((one) => typeof one === 'string' && one !== '')
    .join(' · ');
}

/** The figure that the notice is about: of a request that was granted, what was granted. */
function creditsOf(kind: string, data: Notice['data'], formats: Formats): string | null {
  const at = (key: string): string | null => {
    const amount = textAt(data, key);
    return amount === null ? null : formats.credits(amount);
  };
  if (kind === 'budget-alert') {
    const [spent, limit] = [at('spent'), at('limit')];
    return spent === null || limit === null ? null : n.spent(spent, limit);
  }
  const [asked, granted] = [at('amount'), at('granted')];
  if (granted !== null && asked !== null && granted !== asked) return n.granted(granted, asked);
  const amount = asked ?? at('credits') ?? at('returned') ?? at('owed') ?? at('balance');
  return amount === null ? null : n.amount(amount);
}

function moneyOf(data: Notice['data'], formats: Formats): string | null {
  const total = (data['total'] ?? data['cap']) as { amount: number; currency: string } | undefined;
  return typeof total?.amount === 'number' ? formats.money(total) : null;
}

function placeOf(
  data: Notice['data'],
  from: string | null,
  named: (id: string) => string,
): string | null {
  const wallet = textAt(data, 'organization') ?? textAt(data, 'wallet');
  return wallet?.startsWith('org:') === true && wallet !== from ? n.inWallet(named(wallet)) : null;
}

/** What somebody wrote about it. Codes are not words, so a pause has a sentence of its own. */
function wordsOf(kind: string, data: Notice['data']): string | null {
  if (kind === 'topup-paused') return n.pauses[textAt(data, 'reason') ?? ''] ?? null;
  if (isDecision(kind)) return textAt(data, 'decision_reason');
  return textAt(data, 'message') ?? textAt(data, 'reason');
}

const isDecision = (kind: string): boolean =>
  kind.startsWith('request-') && kind !== 'request-created';
