import { useSession } from '../../../api/session.ts';
import { t } from '../../../texts/index.ts';
import type { Lot } from './burn-order.ts';

/** How these credits came here. */
export function Origin({ lot }: { lot: Lot }) {
  const { organizations } = useSession();
  if (lot.kind !== 'allocated') return t.lots.origin[lot.kind];
  const by = organizations.find(({ id }) => id === lot.allocated_by)?.name;
  return t.lots.origin.allocated(by ?? lot.allocated_by ?? '');
}
