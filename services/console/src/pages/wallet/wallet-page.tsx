import { t } from '../../texts/index.ts';
import { useWorkspace } from '../../app/workspace.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { BalanceCard } from './balance-card.tsx';

/** A person's credits. */
export function WalletPage() {
  const { owner } = useWorkspace();
  return (
    <>
      <PageHeading title={t.wallet.title} />
      <BalanceCard owner={owner} />
    </>
  );
}
