import { Badge, Button, Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useFilters } from '../../app/filters.ts';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { AutoTopUpCard } from '../wallet/auto-top-up/auto-top-up-card.tsx';
import { SavedCards } from '../wallet/auto-top-up/saved-cards.tsx';
import { BalanceCard } from '../wallet/balance-card.tsx';
import { ExpiryTimeline } from '../wallet/lots/expiry-timeline.tsx';
import { LotsCard } from '../wallet/lots/lots-card.tsx';
import { OwedBanner } from '../wallet/owed-banner.tsx';
import { PaymentHistory } from '../wallet/payments/payment-history.tsx';
import { SubscriptionCard } from '../wallet/subscription/subscription-card.tsx';
import { AllocationList } from './allocations/allocation-list.tsx';
import { BuyForPool, useBuying } from './buy-for-pool.tsx';
import { MemberBilling } from './member/member-billing.tsx';
import { useCreditRequests } from './requests/credit-request.ts';
import { RequestsTab } from './requests/requests-tab.tsx';
import { TransferDialog } from './transfer/transfer-dialog.tsx';

const texts = t.billing.tabs;

/** The pool of an organization, for who manages it; for everybody else their part of it. */
export function BillingPage() {
  const organization = useOrganization();
  return manages(organization) ? <PoolPage /> : <MemberBilling />;
}

function PoolPage() {
  const { owner, name } = useOrganization();
  const [transferring, transfer] = useState(false);
  const buying = useBuying(owner);
  return (
    <>
      <PageHeading title={t.billing.title} text={t.billing.text(name)} />
      <OwedBanner owner={owner} onBuy={buying.open} />
      <Stack gap="lg">
        <BalanceCard owner={owner}>
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={16} />}
            aria-expanded={buying.shown}
            onClick={buying.toggle}
          >
            {t.billing.buy}
          </Button>
          <Button leftSection={<Icon name="send" size={16} />} onClick={() => transfer(true)}>
            {t.billing.transfer.button}
          </Button>
        </BalanceCard>
        {buying.shown && <BuyForPool owner={owner} />}
        <PoolTabs owner={owner} />
      </Stack>
      {transferring && <TransferDialog owner={owner} onClose={() => transfer(false)} />}
    </>
  );
}

/** The tab is in the address, so that it can be linked. */
function PoolTabs({ owner }: { owner: string }) {
  const { filters, change } = useFilters(['tab']);
  const pending = useCreditRequests(owner, 'pending').rows.length;
  return (
    <Tabs
      value={filters.tab ?? 'credits'}
      onChange={(tab) => change({ tab: tab === 'credits' ? '' : (tab ?? '') })}
      keepMounted={false}
    >
      <Tabs.List mb="lg" aria-label={texts.label} className="scrolling-tabs">
        <Tabs.Tab value="credits">{texts.credits}</Tabs.Tab>
        <Tabs.Tab value="requests" rightSection={<Count count={pending} />}>
          {texts.requests}
        </Tabs.Tab>
        <Tabs.Tab value="allocations">{texts.allocations}</Tabs.Tab>
        <Tabs.Tab value="payments">{t.wallet.tabs.payments}</Tabs.Tab>
        <Tabs.Tab value="auto-top-up">{t.wallet.tabs['auto-top-up']}</Tabs.Tab>
        <Tabs.Tab value="subscription">{t.wallet.tabs.subscription}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="credits">
        <Stack gap="lg">
          <LotsCard owner={owner} />
          <ExpiryTimeline owner={owner} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="allocations">
        <AllocationList owner={owner} />
      </Tabs.Panel>
      <Tabs.Panel value="requests">
        <RequestsTab owner={owner} />
      </Tabs.Panel>
      <Tabs.Panel value="payments">
        <PaymentHistory owner={owner} />
      </Tabs.Panel>
      <Tabs.Panel value="auto-top-up">
        <Stack gap="lg">
          <AutoTopUpCard owner={owner} />
          <SavedCards owner={owner} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="subscription">
        <SubscriptionCard owner={owner} />
      </Tabs.Panel>
    </Tabs>
  );
}

const Count = ({ count }: { count: number }) =>
  count === 0 ? null : (
    <Badge size="sm" variant="filled" color="indigo.7" aria-label={t.billing.pending(count)}>
      {count}
    </Badge>
  );
