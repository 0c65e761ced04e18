import { Button, CloseButton, Group, Pill, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../../texts/index.ts';

const b = t.buying;

interface PromotionFieldProps {
  /** The code that is applied; empty for none. */
  code: string;
  apply: (code: string) => void;
  /** What the server said about it. */
  verdict: string | null;
  checking: boolean;
}

/** A code is tried before anything is ordered, so what it brings is seen in the summary. */
export function PromotionField({ code, apply, verdict, checking }: PromotionFieldProps) {
  const [typed, type] = useState(code);
  const refused = verdict !== null && typed === code;
  if (code !== '' && !refused && !checking && verdict === null) {
    return (
      <Group gap="xs">
        <Text size="sm">{b.code}</Text>
        <Pill>{code}</Pill>
        <CloseButton size="sm" aria-label={b.removeCode(code)} onClick={() => apply('')} />
      </Group>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply(typed.trim());
      }}
    >
      <TextInput
        label={b.code}
        description={b.codeHint}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        maxLength={100}
        autoComplete="off"
        error={refused ? verdict : null}
        rightSectionWidth={84}
        rightSection={
          <Button type="submit" size="compact-sm" variant="default" loading={checking}>
            {b.apply}
          </Button>
        }
      />
    </form>
  );
}
