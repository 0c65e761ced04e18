import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { AutoTopUpCard } from './auto-top-up/auto-top-up-card.tsx';
import { SavedCards } from './auto-top-up/saved-cards.tsx';
import { BalanceCard } from './balance-card.tsx';
import { BuyPanel } from './buying/buy-panel.tsx';
import { BurnDown } from './forecast/burn-down.tsx';
import { ExpiryTimeline } from './lots/expiry-timeline.tsx';
import { LotsCard } from './lots/lots-card.tsx';
import { OwedBanner } from './owed-banner.tsx';
import { PaymentHistory } from './payments/payment-history.tsx';
import { MyRequests } from './requests/my-requests.tsx';
import { SubscriptionCard } from './subscription/subscription-card.tsx';
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
            <Tabs.Tab key={one} value={one} ref={one === tab ? bringIntoSight : undefined}>
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

/** On a phone the parts do not fit beside each other. */
const bringIntoSight = (tab: HTMLElement | null): void =>
  tab?.scrollIntoView({ inline: 'center', block: 'nearest' });

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
    case 'payments':
      return <PaymentHistory owner={owner} />;
    case 'auto-top-up':
      return (
        <>
          <AutoTopUpCard owner={owner} />
          <SavedCards owner={owner} />
        </>
      );
    case 'subscription':
      return <SubscriptionCard owner={owner} />;
    case 'requests':
      return <MyRequests />;
  }
}
