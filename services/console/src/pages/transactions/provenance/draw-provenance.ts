import { t } from '../../../texts/index.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import type { FlowEdge, FlowNode } from '../../../ui/flow-picture.tsx';
import type { LotLink, LotProvenance, TransactionProvenance } from './lot-link.ts';

interface Drawing {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

const p = t.provenance;

const kindOf = (kind: string): string => t.activity.kinds[kind] ?? kind;

/** From what the credits came from, through the transaction, to what they became. */
export function drawTransaction(
  { transaction, taken, origin, results }: TransactionProvenance,
  about: { kind: string; amount: string; wallet: string },
): Drawing {
  const back = furthest(origin);
  const middle = origin.length === 0 ? 0 : back + 1;
  const nearest = Math.min(...results.map(({ distance }) => distance));
  return {
    nodes: [
      ...origin.map((link) => nodeOf(link, back - link.distance)),
      {
        id: transaction,
        column: middle,
        title: kindOf(about.kind),
        lines: [`${formatCredits(about.amount)} ${t.words.credits}`, about.wallet],
        to: `/transactions/${transaction}`,
        current: true,
      },
      ...results.map((link) => nodeOf(link, middle + 1 + link.distance - nearest)),
    ],
    edges: [
      ...stepsOf(origin),
      ...taken.map(({ lot }) => ({ from: lot, to: transaction })),
      ...results
        .filter(({ distance }) => distance === nearest)
        .map(({ lot }) => ({ from: transaction, to: lot })),
      ...stepsOf(results.filter(({ distance }) => distance > nearest)),
    ],
  };
}

/** From what a lot came from to what was taken from it, as far as it was read. */
export function drawLot(lot: string, { origin, data }: LotProvenance): Drawing {
  const back = furthest(origin);
  const uses = data.filter(({ amount }) => amount.startsWith('-'));
  return {
    nodes: [
      ...origin.map((link) => ({
        ...nodeOf(link, back - link.distance),
        current: link.lot === lot,
      })),
      ...uses.map((use) => ({
        id: use.transaction,
        column: back + 1,
        title: kindOf(use.kind),
        lines: [
          `${formatCredits(use.amount)} ${t.words.credits}`,
          use.product ?? use.into.map(({ wallet }) => wallet).join(', '),
        ],
        to: `/transactions/${use.transaction}`,
      })),
    ],
    edges: [...stepsOf(origin), ...uses.map(({ transaction }) => ({ from: lot, to: transaction }))],
  };
}

const furthest = (links: readonly LotLink[]): number =>
  Math.max(0, ...links.map(({ distance }) => distance));

const nodeOf = (link: LotLink, column: number): FlowNode => ({
  id: link.lot,
  column,
  title: link.purchase === null ? kindOf(link.transaction_kind) : p.payment,
  lines: [
    `${formatCredits(link.amount)} ${t.words.credits} · ${kindOfLot(link.kind)}`,
    link.wallet,
  ],
  to: `/transactions/${link.transaction}`,
});

export const kindOfLot = (kind: string): string => p.lotKinds[kind] ?? kind;

const stepsOf = (links: readonly LotLink[]): FlowEdge[] =>
  links.flatMap(({ lot, parent_lot: parent }) =>
    parent === null ? [] : [{ from: parent, to: lot }],
  );
