import { Group, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Catalog } from '../../../api/billing.ts';
import { t } from '../../../texts/index.ts';
import { AmountInput } from '../../../ui/amount-input.tsx';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { creditsFor, customLimits, customPrice, ownPresets, type Choice } from './choice.ts';

const b = t.buying;

interface OfferChoiceProps {
  catalog: Catalog;
  choice: Choice;
  choose: (choice: Choice) => void;
  typed: string;
  type: (typed: string) => void;
  verdict: string | null;
}

/** Packs, presets and an amount of one's own, as one choice. */
export function OfferChoice({ catalog, choice, choose, typed, type, verdict }: OfferChoiceProps) {
  return (
    <Stack gap="sm">
      <Radio.Group label={b.choose} description={b.sameRate} value={choice} onChange={choose}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs">
          {catalog.packs.map(({ id, credits, price }) => (
            <Offer
              key={id}
              value={`pack:${id}`}
              name={b.packs[id] ?? id}
              credits={b.credits(formatCredits(credits))}
              price={formatMoney(price)}
            />
          ))}
          {ownPresets(catalog).map(({ credits, price }) => (
            <Offer
              key={price.amount}
              value={`preset:${price.amount}`}
              name={formatCredits(credits)}
              credits={t.words.credits}
              price={formatMoney(price)}
            />
          ))}
          <Offer value="custom" name={b.custom} />
        </SimpleGrid>
      </Radio.Group>
      {choice === 'custom' && (
        <CustomAmount catalog={catalog} typed={typed} type={type} verdict={verdict} />
      )}
    </Stack>
  );
}

interface OfferProps {
  value: Choice;
  name: string;
  credits?: string;
  price?: string;
}

function Offer({ value, name, credits, price }: OfferProps) {
  return (
    <Radio.Card value={value} p="sm" radius="md" className="choice">
      <Group wrap="nowrap" gap="sm">
        <Radio.Indicator />
        <Group justify="space-between" wrap="nowrap" flex={1} gap="xs">
          <div>
            <Text fw={600} size="sm" className="in-one-line">
              {name}
            </Text>
            {credits !== undefined && (
              <Text size="xs" c="dimmed">
                {credits}
              </Text>
            )}
          </div>
          <Text fw={600} size="sm" className="in-one-line">
            {price}
          </Text>
        </Group>
      </Group>
    </Radio.Card>
  );
}

function CustomAmount({
  catalog,
  typed,
  type,
  verdict,
}: Pick<OfferChoiceProps, 'catalog' | 'typed' | 'type' | 'verdict'>) {
  const price = customPrice(typed, catalog);
  const offStep =
    price !== null && 'offStep' in price ? b.offStep(formatMoney(price.offStep)) : null;
  const brings =
    price !== null && !('offStep' in price)
      ? b.brings(formatCredits(creditsFor(price, catalog)))
      : null;
  const unit = catalog.currency.toUpperCase();
  return (
    <Group align="flex-start" gap="sm">
      <AmountInput
        label={b.customLabel(unit)}
        unit={unit}
        {...customLimits(catalog)}
        value={typed}
        onChange={type}
        verdict={offStep ?? verdict}
        flex={1}
        data-autofocus
      />
      <Text component="output" fw={600} mt={52} miw={150} aria-live="polite">
        {brings}
      </Text>
    </Group>
  );
}
