import { Divider, Group, Stack, Text } from '@mantine/core';
import type { OrderPreview, Quote } from '../../../api/billing.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';

const b = t.buying;

interface OrderSummaryProps {
  quote: Quote;
  /** With a code that the server took. */
  preview: OrderPreview | undefined;
  code: string;
}

/** What is paid and what it brings, before anything is ordered; the payment page says the same. */
export function OrderSummary({ quote, preview, code }: OrderSummaryProps) {
  const { settles, adds } = preview ?? quote;
  const discounted = preview !== undefined && preview.discount.amount > 0;
  const bonus = preview?.bonus ?? '0';
  const total = preview?.total ?? quote.subtotal;
  return (
    <Stack component="section" gap={6} aria-label={b.summary}>
      <Line name={b.lines.credits} value={formatCredits(quote.credits)} />
      {bonus !== '0' && <Line name={b.lines.bonus(code)} value={b.plus(formatCredits(bonus))} />}
      <Line name={b.lines.price} value={formatMoney(quote.subtotal)} />
      {discounted && (
        <Line name={b.lines.discount(code)} value={b.minus(formatMoney(preview.discount))} />
      )}
      <Divider />
      <Line name={b.lines.total} value={formatMoney(total)} strong />
      {settles !== '0' && (
        <>
          <Line name={b.lines.settles} value={formatCredits(settles)} alarming />
          <Line name={b.lines.adds} value={formatCredits(adds)} strong />
        </>
      )}
      <Text size="xs" c="dimmed">
        {quote.expiry_months === null ? b.neverExpires : b.expires(quote.expiry_months)}{' '}
        {total.amount > 0 && b.tax}
      </Text>
    </Stack>
  );
}

interface LineProps {
  name: string;
  value: string;
  strong?: boolean;
  alarming?: boolean;
}

function Line({ name, value, strong = false, alarming = false }: LineProps) {
  const weight = strong ? { fw: 700 } : {};
  const colour = alarming ? { c: 'var(--mantine-color-error)' } : {};
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" {...weight} {...colour}>
        {name}
      </Text>
      <Text size="sm" ta="right" {...weight} {...colour}>
        {value}
      </Text>
    </Group>
  );
}
