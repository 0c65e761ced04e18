import { Code } from '@mantine/core';

/** A document as it is, folded until somebody wants to see it. */
export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <details className="folded">
      <summary>
        <Code>{shortened(JSON.stringify(value))}</Code>
      </summary>
      <Code block tabIndex={0}>
        {text}
      </Code>
    </details>
  );
}

const SHORT = 48;
const shortened = (text: string): string =>
  text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
