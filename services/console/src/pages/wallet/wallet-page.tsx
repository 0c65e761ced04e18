import { Stack } from '@mantine/core';
import { useWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { BalanceCard } from './balance-card.tsx';
import { BuyPanel } from './buying/buy-panel.tsx';
import { OwedBanner } from './owed-banner.tsx';

/** A person's credits. */
export function WalletPage() {
  const { owner } = useWorkspace();
  return (
    <>
      <PageHeading title={t.wallet.title} />
      <OwedBanner owner={owner} />
      <Stack>
        <BalanceCard owner={owner} />
        <BuyPanel owner={owner} />
      </Stack>
    </>
  );
}
