import { List, Stack, Text } from '@mantine/core';
import { bareId } from '../../../api/organization.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { formatDay } from '../../../ui/moment.tsx';
import type { Outcome } from './outcome.ts';

const texts = t.billing.transfer;

interface OutcomePreviewProps {
  outcome: Outcome;
  from: string;
  to: string;
}

/** From, to, how much, what the pool has before and after, out of which lots, and who is passed over. */
export function OutcomePreview({ outcome, from, to }: OutcomePreviewProps) {
  const { each, recipients, total, before, after, lots, skipped } = outcome;
  return (
    <Stack gap="sm">
      <FactList
        label={t.words.preview}
        facts={[
          { name: texts.from, value: from },
          { name: texts.receives, value: to },
          {
            name: texts.total,
            value: (
              <>
                {each !== null && `${texts.each(recipients, formatCredits(each))} = `}
                <Credits amount={total} />
              </>
            ),
            strong: true,
          },
          { name: texts.before, value: <Credits amount={before} /> },
          { name: texts.after, value: <Credits amount={after} />, strong: true },
          ...(lots.length === 0 ? [] : [{ name: texts.lots, value: <Lots lots={lots} /> }]),
        ]}
      />
      <Text size="sm" c="dimmed">
        {texts.expiryStays}
      </Text>
      {skipped.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {texts.skipped(skipped.length)}
          </Text>
          <List size="sm">
            {skipped.map(({ user }) => (
              <List.Item key={user}>{texts.skippedOne(bareId(user))}</List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}

const Lots = ({ lots }: Pick<Outcome, 'lots'>) => (
  <Stack gap={2}>
    {lots.map(({ lot, kind, amount, expires_at }) => (
      <span key={lot}>
        {texts.lot(formatCredits(amount), kindInWords(kind))},{' '}
        {expires_at === null ? texts.keeps : texts.expires(formatDay(expires_at))}
      </span>
    ))}
  </Stack>
);

const kinds: Readonly<Record<string, string>> = t.billing.kinds;

/** A kind of lots as people read it. */
export const kindInWords = (kind: string): string => kinds[kind] ?? kind;
