import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../../texts/index.ts';
import { Credits } from '../../ui/amounts.tsx';

interface ExplainedFigureProps {
  name: string;
  amount: string;
  /** What it means, in a sentence. */
  text: string;
  alarming?: boolean;
  /** What it is made of, asked for when somebody opens it. */
  children?: ReactNode;
}

/** A figure that opens its explanation. */
export function ExplainedFigure({
  name,
  amount,
  text,
  alarming = false,
  children,
}: ExplainedFigureProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={300}
      position="bottom-start"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} mih={44}>
          <Text size="sm" c="dimmed" className="explained">
            {name}
          </Text>
          <Text fw={600} {...(alarming && { c: 'var(--mantine-color-error)' })}>
            <Credits amount={amount} />
          </Text>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.wallet.explain(name)}>
        <Stack gap="xs">
          <Text size="sm">{text}</Text>
          {open && children}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
