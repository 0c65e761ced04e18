import { Anchor, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Purchase } from '../../../api/billing.ts';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { formatMoment } from '../../../ui/moment.tsx';
import { NotYet } from '../../../ui/not-yet.tsx';
import type { Payment, PaymentLinks, Receipt } from './payment.ts';

const p = t.payments;

interface PaymentDetailsProps {
  owner: string;
  payment: Payment;
  onClose: () => void;
}

/** What became of a payment, and its documents. */
export function PaymentDetails({ owner, payment, onClose }: PaymentDetailsProps) {
  const { kind, status, taken_back: back, created_at: at } = payment;
  return (
    <Modal opened onClose={onClose} title={`${p.kinds[kind]} · ${formatMoment(at)}`} size="lg">
      <Stack>
        <Text size="sm">{p.explained[status] ?? p.status[status] ?? status}</Text>
        {back !== '0' && <Text size="sm">{p.takenBack(formatCredits(back))}</Text>}
        {kind === 'invoice' ? (
          <Documents owner={owner} payment={payment} />
        ) : (
          <Ordered id={payment.id} />
        )}
      </Stack>
    </Modal>
  );
}

/** An order that was paid has a receipt, and a transaction from which its credits can be followed. */
function Ordered({ id }: { id: string }) {
  const {
    data: purchase,
    error,
    refetch,
  } = useQuery({
    queryKey: ['purchase', id],
    queryFn: ({ signal }) => read<Purchase>(`/v1/purchases/${id}`, { signal }),
  });
  if (purchase === undefined) {
    return <NotYet h={180} error={error} again={() => void refetch()} />;
  }
  if (purchase.transaction === null) return null;
  return (
    <>
      <ReceiptOf id={id} />
      <Anchor component={Link} to={`/transactions/${purchase.transaction}`} size="sm">
        {p.transaction}
      </Anchor>
    </>
  );
}

function ReceiptOf({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['receipt', id],
    queryFn: ({ signal }) => read<Receipt>(`/v1/purchases/${id}/receipt`, { signal }),
  });
  if (data === undefined) return <NotYet h={180} error={error} again={() => void refetch()} />;
  return (
    <>
      <FactList label={p.receiptFor(formatMoment(data.paid_at))} facts={linesOf(data)} />
      {data.url !== null && (
        <Anchor href={data.url} target="_blank" rel="noreferrer" size="sm">
          {p.stripeReceipt}
        </Anchor>
      )}
    </>
  );
}

/** What is nothing is left out, as on a bill. */
function linesOf(receipt: Receipt) {
  const { bonus, settled, discount, tax, promotion_code: code } = receipt;
  const { lines } = p;
  return [
    { name: lines.credits, value: formatCredits(receipt.credits) },
    bonus !== '0' && { name: lines.bonus, value: formatCredits(bonus) },
    settled !== '0' && { name: lines.settled, value: formatCredits(settled) },
    settled !== '0' && { name: lines.added, value: formatCredits(receipt.added) },
    { name: lines.price, value: formatMoney(receipt.subtotal) },
    discount.amount > 0 && {
      name: code === null ? lines.discountPlain : lines.discount(code),
      value: t.buying.minus(formatMoney(discount)),
    },
    tax.amount > 0 && { name: lines.tax, value: formatMoney(tax) },
    { name: lines.total, value: formatMoney(receipt.total), strong: true },
    { name: lines.paidAt, value: formatMoment(receipt.paid_at) },
  ].filter((line) => line !== false);
}

/** Addresses of Stripe's documents expire, so they are asked for when somebody looks. */
function Documents({ owner, payment }: { owner: string; payment: Payment }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['payment-links', payment.id],
    queryFn: ({ signal }) =>
      read<PaymentLinks>(`/v1/wallets/${owner}/payments/${payment.id}/links`, { signal }),
  });
  if (data === undefined) return <NotYet h={60} error={error} again={() => void refetch()} />;
  const links = [
    { text: p.invoice, url: data.invoice_url },
    { text: p.pdf, url: data.pdf_url },
    { text: p.stripeReceipt, url: data.receipt_url },
  ].filter((link): link is { text: string; url: string } => link.url !== null);
  return (
    <>
      <FactList
        label={p.receipt}
        facts={[
          { name: p.lines.credits, value: formatCredits(payment.credits) },
          { name: p.lines.total, value: formatMoney(payment.total), strong: true },
          { name: p.lines.paid, value: formatMoney(payment.paid) },
        ]}
      />
      {links.length === 0 && <Text size="sm">{p.noLinks}</Text>}
      <Group gap="md">
        {links.map(({ text, url }) => (
          <Anchor key={text} href={url} target="_blank" rel="noreferrer" size="sm">
            {text}
          </Anchor>
        ))}
      </Group>
    </>
  );
}
