import { Code, CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { t } from '../texts/index.ts';

/** An id that a click copies. */
export function CopyId({ id, short = false }: { id: string; short?: boolean }) {
  const shown = short && id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-6)}` : id;
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t.words.copied : t.words.copy}>
          <UnstyledButton onClick={copy} aria-label={`${t.words.copy} ${shown}`}>
            <Code style={{ whiteSpace: short ? 'nowrap' : undefined }}>{shown}</Code>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
