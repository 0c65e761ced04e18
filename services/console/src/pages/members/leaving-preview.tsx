import type { Preview } from '../../api/use-preview.ts';
import { t } from '../../texts/for-management.ts';
import { Credits } from '../../ui/amounts.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { PreviewPanel } from '../../ui/preview-panel.tsx';

/** What a removal would do, as its preview says. */
export interface Leaving {
  returned: { amount: string };
  held: string;
  seat_revoked: boolean;
  requests_cancelled: number;
  delayed_cancelled: string;
}

const texts = t.members.remove;

/** What follows when somebody leaves or is removed: credits first. */
export function LeavingPreview({ preview }: { preview: Preview<Leaving> }) {
  return (
    <PreviewPanel preview={preview} invitation="">
      {(leaving) => <FactList label={texts.consequences} facts={factsOf(leaving)} />}
    </PreviewPanel>
  );
}

const factsOf = (leaving: Leaving) => [
  { name: texts.returned, value: <Credits amount={leaving.returned.amount} />, strong: true },
  ...(leaving.held === '0' ? [] : [{ name: texts.held, value: <Credits amount={leaving.held} /> }]),
  ...(leaving.delayed_cancelled === '0'
    ? []
    : [{ name: texts.delayed, value: <Credits amount={leaving.delayed_cancelled} /> }]),
  ...(leaving.requests_cancelled === 0
    ? []
    : [{ name: texts.requests, value: leaving.requests_cancelled }]),
  ...(leaving.seat_revoked ? [{ name: texts.seat, value: texts.seatRevoked }] : []),
];
