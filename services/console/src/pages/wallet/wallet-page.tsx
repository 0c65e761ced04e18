import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { BalanceCard } from './balance-card.tsx';
import { BuyPanel } from './buying/buy-panel.tsx';
import { BurnDown } from './forecast/burn-down.tsx';
import { ExpiryTimeline } from './lots/expiry-timeline.tsx';
import { LotsCard } from './lots/lots-card.tsx';
import { OwedBanner } from './owed-banner.tsx';
import { WALLET_TABS, type WalletTab } from './wallet-tabs.ts';

/** A person's credits. Which part is shown stands in the address. */
export function WalletPage() {
  const { owner } = useWorkspace();
  const { tab = 'overview' } = useSearch({ from: '/shell/me/wallet' });
  const navigate = useNavigate();
  const show = (next: string | null): void =>
    void navigate({
      to: '/me/wallet',
      search: next === 'overview' ? {} : { tab: next as WalletTab },
    });
  return (
    <>
      <PageHeading title={t.wallet.title} />
      <OwedBanner owner={owner} {...(tab !== 'overview' && { onBuy: () => show('overview') })} />
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t.wallet.sections} className="scrolling-tabs">
          {WALLET_TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t.wallet.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Stack>
            <Shown tab={tab} owner={owner} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Shown({ tab, owner }: { tab: WalletTab; owner: string }) {
  switch (tab) {
    case 'overview':
      return (
        <>
          <BalanceCard owner={owner} />
          <BuyPanel owner={owner} />
          <BurnDown owner={owner} />
        </>
      );
    case 'credits':
      return (
        <>
          <LotsCard owner={owner} />
          <ExpiryTimeline owner={owner} />
        </>
      );
  }
}
