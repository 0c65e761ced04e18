import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent } from 'react';

export interface FlowNode {
  id: string;
  /** Which step it is, beginning with 0. */
  column: number;
  title: string;
  lines: readonly string[];
  /** The page behind it. */
  to: string | null;
  /** What the picture is about. */
  current?: boolean;
}

export interface FlowEdge {
  from: string;
  to: string;
}

interface FlowPictureProps {
  /** Says what the picture shows; its table twin has the same in words. */
  label: string;
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
}

const WIDTH = 196;
const HEIGHT = 74;
const GAP_X = 52;
const GAP_Y = 16;
const GAP_DOWN = 28;
const MARGIN = 6;

interface Placed extends FlowNode {
  x: number;
  y: number;
}

/** Steps from left to right, or from top to bottom on a phone, each a link; arrows go between them. */
export function FlowPicture({ label, nodes, edges }: FlowPictureProps) {
  const narrow = useMediaQuery('(max-width: 40em)');
  const placed = place(nodes, narrow);
  const byId = new Map(placed.map((node) => [node.id, node]));
  const width = Math.max(...placed.map(({ x }) => x)) + WIDTH + MARGIN;
  const height = Math.max(...placed.map(({ y }) => y)) + HEIGHT + MARGIN;
  return (
    <figure className="flow-picture" aria-label={label}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        {edges.map(({ from, to }) => {
          const [start, end] = [byId.get(from), byId.get(to)];
          return start && end ? <path key={`${from} ${to}`} d={curve(start, end, narrow)} /> : null;
        })}
        {placed.map((node) => (
          <Node key={node.id} node={node} />
        ))}
      </svg>
    </figure>
  );
}

function Node({ node }: { node: Placed }) {
  const { id, x, y, title, lines, to, current = false } = node;
  const navigate = useNavigate();
  const follow = (event: MouseEvent): void => {
    if (to === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to });
  };
  const drawn = (
    <>
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={10} />
      <text x={x + 12} y={y + 23} className="flow-title">
        {shortened(title, 26)}
      </text>
      {lines.map((line, index) => (
        <text key={line} x={x + 12} y={y + 43 + index * 18}>
          {shortened(line, 30)}
        </text>
      ))}
    </>
  );
  const about = { 'data-flow-node': id, 'data-current': current || undefined };
  if (to === null) return <g {...about}>{drawn}</g>;
  return (
    <a href={to} onClick={follow} onKeyDown={walkNodes} {...about}>
      {drawn}
    </a>
  );
}

const lengthOf = (count: number, size: number): number => count * size + (count - 1) * GAP_Y;

/** Steps follow each other along one axis; what is in one of them stands along the other, centred. */
function place(nodes: readonly FlowNode[], narrow: boolean): Placed[] {
  const columns = Map.groupBy(nodes, ({ column }) => column);
  const most = Math.max(...[...columns.values()].map((one) => one.length));
  const size = narrow ? WIDTH : HEIGHT;
  return [...columns].flatMap(([column, inIt]) => {
    const start = MARGIN + (lengthOf(most, size) - lengthOf(inIt.length, size)) / 2;
    return inIt.map((node, index) => {
      const across = start + index * (size + GAP_Y);
      return narrow
        ? { ...node, x: across, y: MARGIN + column * (HEIGHT + GAP_DOWN) }
        : { ...node, x: MARGIN + column * (WIDTH + GAP_X), y: across };
    });
  });
}

function curve(from: Placed, to: Placed, narrow: boolean): string {
  if (narrow) {
    const [x1, y1] = [from.x + WIDTH / 2, from.y + HEIGHT];
    const [x2, y2] = [to.x + WIDTH / 2, to.y];
    const bend = Math.max(12, (y2 - y1) / 2);
    return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
  }
  const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + HEIGHT / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** Arrows go to the nearest node in their direction. */
function walkNodes(event: KeyboardEvent): void {
  const direction = DIRECTIONS[event.key];
  const from = event.currentTarget;
  const picture = from.closest('figure');
  if (direction === undefined || picture === null) return;
  const start = centre(from);
  const nearest = [...picture.querySelectorAll<SVGAElement>('a[data-flow-node]')]
    .map((node) => {
      const end = centre(node);
      const [dx, dy] = [end.x - start.x, end.y - start.y];
      const along = dx * direction.x + dy * direction.y;
      return { node, along, far: Math.abs(dx) + Math.abs(dy) };
    })
    .filter(({ along }) => along > WIDTH / 8)
    .toSorted((a, b) => a.far - b.far)[0];
  if (nearest === undefined) return;
  event.preventDefault();
  nearest.node.focus();
  nearest.node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

const DIRECTIONS: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

function centre(node: Element): { x: number; y: number } {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
