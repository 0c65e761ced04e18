import { Group, Skeleton, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Liveness } from '../../api/follow-wallet.ts';
import { useLiveBalance } from '../../api/live-balance.ts';
import { t } from '../../texts/index.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { manages, type Workspace } from '../workspace.ts';

/** What can be spent here and now, in the header of every page. */
export function LiveBalance({ workspace }: { workspace: Workspace }) {
  // The pool is not a member's to see; their own wallet is what they spend.
  const hidden = workspace.kind === 'organization' && !manages(workspace);
  return hidden ? null : <Balance workspace={workspace} />;
}

function Balance({ workspace }: { workspace: Workspace }) {
  const { wallet, liveness } = useLiveBalance(workspace.owner);
  const said = useSeldom(wallet === undefined ? '' : formatCredits(wallet.available));
  if (wallet === undefined) return <Skeleton w={90} h={24} />;
  const page = workspace.kind === 'person' ? 'wallet' : 'billing';
  return (
    <>
      <Tooltip label={t.shell.balance[liveness]}>
        <UnstyledButton component={Link} to={`${workspace.base}/${page}`} data-liveness={liveness}>
          <Group gap={6} wrap="nowrap">
            <Dot liveness={liveness} />
            <span className="visually-hidden">{t.shell.balance.label(workspace.name)}:</span>
            <Text fw={650} component="span" data-testid="header-balance">
              {formatCredits(wallet.available)}
            </Text>
            <Text size="sm" c="dimmed" component="span" visibleFrom="sm">
              {t.shell.balance.unit}
            </Text>
            <span className="visually-hidden">{t.shell.balance[liveness]}</span>
          </Group>
        </UnstyledButton>
      </Tooltip>
      <output className="visually-hidden">{said}</output>
    </>
  );
}

/** Filled while live, hollow otherwise: the shape tells, not the colour alone. */
function Dot({ liveness }: { liveness: Liveness }) {
  const colour =
    liveness === 'live' ? 'var(--mantine-color-green-6)' : 'var(--mantine-color-orange-6)';
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <circle
        cx="5"
        cy="5"
        r="4"
        stroke={colour}
        strokeWidth="2"
        fill={liveness === 'live' ? colour : 'none'}
      />
    </svg>
  );
}

const SAY_EVERY_MS = 10_000;

/** A balance that moves ten times a second is read aloud at most every ten seconds. */
function useSeldom(text: string): string {
  const [said, say] = useState(text);
  const lastAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, lastAt.current + SAY_EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      say(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return said;
}
