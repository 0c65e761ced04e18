import { readBillSales, type BillSale, type Finding } from '@bursar/ledger/operations';
import type { ListedBill } from '@bursar/payments';
import { eachAlone, type Examination, type Scope } from '../pass.ts';

/**
 * Bills whose payments brought another sum than the bill says was paid. The book takes a bill's sales
 * from the charges, so the bill is what both can be held against. Bills with open cases that are not
 * listed any more are asked for.
 */
export async function wrongBillSales(
  scope: Scope,
  listed: readonly ListedBill[],
  open: readonly string[],
  failures: Examination['failures'],
): Promise<Finding[]> {
  const { db, payments } = scope.context;
  const paid = new Map(listed.map((bill) => [bill.id, bill.paid]));
  const old = await eachAlone(
    open.filter((bill) => !paid.has(bill)),
    (bill) => bill,
    async (bill) => ({
      bill,
      state: await scope.call(() => payments.subscriptions.readInvoice(bill)),
    }),
    failures,
  );
  for (const { bill, state } of old) if (state?.status === 'paid') paid.set(bill, state.paid);
  const sales = await readBillSales(db, [...paid.keys()]);
  return sales.flatMap((sale) => {
    const told = paid.get(sale.bill) ?? 0;
    return scope.explained.has(sale.bill) || sale.booked === BigInt(told)
      ? []
      : [mismatch(sale, told)];
  });
}

const mismatch = ({ bill, wallet, currency, booked }: BillSale, told: number): Finding => ({
  class: 'AMOUNT_MISMATCH',
  subject: bill,
  stripeIds: [bill],
  wallet,
  purchase: null,
  expected: `${told} ${currency} as the bill says`,
  actual: `its payments brought ${booked} ${currency}`,
  deltaCredits: 0n,
  deltaMinor: BigInt(told) - booked,
  currency,
});
