import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Destination } from './navigation.ts';

const KeyboardHelp = lazy(async () => ({
  default: (await import('./keyboard-help.tsx')).KeyboardHelp,
}));

const JUMP_WITHIN_MS = 1_500;

/** `?` lists the keys, `/` searches, `g` and a letter goes to a page. */
export function Keyboard({ destinations }: { destinations: readonly Destination[] }) {
  const [open, { open: show, close }] = useDisclosure();
  const navigate = useNavigate();
  const goneAt = useRef(0);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (
        event.defaultPrevented ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        isTyping(event)
      )
        return;
      const jumping = Date.now() - goneAt.current < JUMP_WITHIN_MS;
      goneAt.current = event.key === 'g' ? Date.now() : 0;
      const target = jumping ? destinations.find(({ key }) => key === event.key) : undefined;
      if (target !== undefined) void navigate({ to: target.to });
      else if (event.key === '?') show();
      else if (event.key === '/') focusSearch(event);
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [destinations, navigate, show]);
  return open ? (
    <Suspense fallback={null}>
      <KeyboardHelp destinations={destinations} close={close} />
    </Suspense>
  ) : null;
}

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (field === null) return;
  event.preventDefault();
  field.focus();
}
