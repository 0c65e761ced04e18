import { BarChart, CompositeChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Area } from 'recharts';

export interface ChartSeries {
  /** The key in `data`. */
  name: string;
  label: string;
  /** A colour of the theme, such as `indigo.6`. */
  color: string;
  dashed?: boolean;
}

/** Numbers here are for drawing alone; exact ones stand in the table beside. */
export type ChartPoint = Readonly<Record<string, string | number | null | readonly number[]>>;

export interface ChartDrawingProps {
  kind: 'bars' | 'lines';
  data: readonly ChartPoint[];
  /** The key in `data` along the bottom. */
  x: string;
  series: readonly ChartSeries[];
  /** A key whose values are pairs of least and most, drawn as a pale band behind the lines. */
  band?: { name: string; color: string };
  /** Marks something along the bottom, such as a day. */
  marks?: readonly { x: string; label: string; color: string }[];
  height?: number;
  formatX?: (x: string) => string;
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const full = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });

/** Bars are stacked; lines may stand before a band. */
export function ChartDrawing(props: ChartDrawingProps) {
  return props.kind === 'bars' ? <Bars {...props} /> : <Lines {...props} />;
}

/** What both kinds have alike. */
const frameOf = ({ data, x, series, marks = [], height = 240, formatX }: ChartDrawingProps) => ({
  h: height,
  data: data.map((point) => ({ ...point })),
  dataKey: x,
  withLegend: series.length > 1,
  valueFormatter: (value: number) => full.format(value),
  tickLine: 'none' as const,
  gridAxis: 'y' as const,
  // The table beside it is what the keyboard reaches.
  accessibilityLayer: false,
  xAxisProps: { minTickGap: 24, ...(formatX && { tickFormatter: formatX }) },
  yAxisProps: { tickFormatter: (value: number) => compact.format(value), width: 48 },
  referenceLines: marks.map((mark) => ({ ...mark, labelPosition: 'insideTopRight' as const })),
});

function Bars(props: ChartDrawingProps) {
  return (
    <BarChart
      {...frameOf(props)}
      type="stacked"
      maxBarWidth={36}
      series={props.series.map(({ name, label, color }) => ({ name, label, color }))}
    />
  );
}

function Lines(props: ChartDrawingProps) {
  const { series, band } = props;
  return (
    <CompositeChart
      {...frameOf(props)}
      curveType="linear"
      withDots={false}
      connectNulls={false}
      series={series.map(({ name, label, color, dashed = false }) => ({
        name,
        label,
        color,
        type: 'line' as const,
        ...(dashed && { strokeDasharray: '6 5' }),
      }))}
    >
      {band !== undefined && (
        <Area
          dataKey={band.name}
          stroke="none"
          fill={`var(--mantine-color-${band.color.replace('.', '-')})`}
          fillOpacity={0.16}
          isAnimationActive={false}
          tooltipType="none"
          legendType="none"
        />
      )}
    </CompositeChart>
  );
}
