import {
  Alert,
  Anchor,
  Button,
  Card,
  Checkbox,
  Group,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { catalogQuery, type Catalog } from '../../../api/billing.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { wishOf, type Choice } from './choice.ts';
import { OfferChoice } from './offer-choice.tsx';
import { OpenOrders } from './open-orders.tsx';
import { OrderSummary } from './order-summary.tsx';
import { PromotionField } from './promotion-field.tsx';
import { useOffer, useOrdering, type Offered, type Ordering } from './use-order.ts';

const b = t.buying;

/** Where credits are bought for a wallet, by whoever may; orders that wait are on top of it. */
export function BuyPanel({ owner }: { owner: string }) {
  const { data, error, refetch } = useQuery(catalogQuery(owner));
  return (
    <Card component="section" id="buy" aria-labelledby="buy-title">
      <Group justify="space-between" gap="xs" mb="md">
        <Title order={2} size="h3" id="buy-title" tabIndex={-1}>
          {b.title}
        </Title>
        {data && (
          <Text c="dimmed">
            {b.rate(formatCredits(data.rate.credits), formatMoney(data.rate.per))}
          </Text>
        )}
      </Group>
      <OpenOrders owner={owner} />
      {error && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={300} />}
      {data && <Form owner={owner} catalog={data} />}
    </Card>
  );
}

/** Typing goes on while the server is asked. */
const SETTLED_MS = 350;

function Form({ owner, catalog }: { owner: string; catalog: Catalog }) {
  const [choice, choose] = useState<Choice>(() => firstChoice(catalog));
  const [typed, type] = useState('');
  const [code, setCode] = useState('');
  const [saveCard, setSaveCard] = useState(false);
  const [settled] = useDebouncedValue(typed, SETTLED_MS);
  const wish = typed === settled || choice !== 'custom' ? wishOf(choice, typed, catalog) : null;
  const offered = useOffer(owner, wish, code);
  const ordering = useOrdering(owner, () => setCode(''));
  const free = offered.preview?.total.amount === 0;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <OfferChoice
        catalog={catalog}
        choice={choice}
        choose={choose}
        typed={typed}
        type={type}
        verdict={offered.quoteError?.message ?? null}
      />
      <Stack>
        <PromotionField
          key={code}
          code={code}
          apply={setCode}
          verdict={codeVerdict(offered.codeError) ?? codeVerdict(ordering.error)}
          checking={offered.checkingCode}
        />
        {offered.quote && (
          <OrderSummary quote={offered.quote} preview={offered.preview} code={code} />
        )}
        {!free && (
          <Checkbox
            label={b.saveCard}
            description={b.saveCardHint}
            checked={saveCard}
            onChange={(event) => setSaveCard(event.currentTarget.checked)}
          />
        )}
        <Order offered={offered} ordering={ordering} code={code} saveCard={saveCard && !free} />
      </Stack>
    </SimpleGrid>
  );
}

interface OrderProps {
  offered: Offered;
  ordering: Ordering;
  code: string;
  saveCard: boolean;
}

/** The one button, and what came of pressing it. */
function Order({ offered, ordering, code, saveCard }: OrderProps) {
  const { quote, preview, codeError, checkingCode } = offered;
  const total = preview?.total ?? quote?.subtotal;
  const ready = quote !== undefined && codeError === null && !checkingCode;
  const free = total?.amount === 0;
  const elsewhere = ordering.error ?? offered.codeError ?? offered.quoteError;
  return (
    <Stack gap="xs">
      <Button
        size="md"
        disabled={!ready}
        loading={ordering.pending}
        onClick={() => quote && ordering.order(quote, total?.amount ?? 0, code, saveCard)}
      >
        {quote === undefined || total === undefined ? b.chooseFirst : wordsOf(quote.credits, total)}
      </Button>
      <Text size="xs" c="dimmed">
        {free ? b.nothingToPay : b.newTab}
      </Text>
      {ordering.blockedUrl !== null && (
        <Alert color="yellow" variant="light" title={b.blocked} role="alert">
          <Anchor href={ordering.blockedUrl} target="_blank" rel="noreferrer">
            {b.payHere}
          </Anchor>
        </Alert>
      )}
      {elsewhere !== null && codeVerdict(elsewhere) === null && <ProblemAlert error={elsewhere} />}
    </Stack>
  );
}

const wordsOf = (credits: string, total: { amount: number; currency: string }): string =>
  total.amount === 0
    ? b.get(formatCredits(credits))
    : b.buy(formatCredits(credits), formatMoney(total));

/** What is wrong with the code stands beside the code. */
const codeVerdict = (error: Error | null): string | null =>
  error instanceof ApiProblem && error.code === 'promotion_invalid' ? error.message : null;

const firstChoice = ({ packs, presets }: Catalog): Choice => {
  const [pack] = packs;
  const [preset] = presets;
  if (pack !== undefined) return `pack:${pack.id}`;
  return preset === undefined ? 'custom' : `preset:${preset.price.amount}`;
};
