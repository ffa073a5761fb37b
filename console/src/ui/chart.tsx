/** A chart and its twin, the table with the same figures: screen readers and copying people get the table. */
import { SegmentedControl, Skeleton, Stack, Table, useComputedColorScheme } from '@mantine/core';
import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../lib/format';

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface ChartProps {
  /** What it shows, as a sentence. */
  label: string;
  /** Names of the places on the x axis. */
  categories: string[];
  /** The name of what is on the x axis. */
  categoryName: string;
  series: Series[];
  kind?: 'line' | 'bar';
  stacked?: boolean;
  height?: number;
}

export function Chart(props: ChartProps) {
  const { t } = useTranslation();
  const [view, setView] = useState('chart');
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-end' }}
        aria-label={t('chart.view')}
        value={view}
        onChange={setView}
        data={[
          { value: 'chart', label: t('chart.chart') },
          { value: 'table', label: t('chart.table') },
        ]}
      />
      {view === 'chart' ? <Drawing {...props} /> : <Figures {...props} />}
    </Stack>
  );
}

function Figures({ label, categories, categoryName, series }: ChartProps) {
  return (
    <Table.ScrollContainer minWidth={320} mah={360}>
      <Table stickyHeader>
        <Table.Caption>{label}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{categoryName}</Table.Th>
            {series.map((one) => (
              <Table.Th key={one.name} ta="right">
                {one.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {categories.map((category, row) => (
            <Table.Tr key={category}>
              <Table.Td>{category}</Table.Td>
              {series.map((one) => (
                <Table.Td key={one.name} ta="right">
                  {number(one.values[row])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Colours that differ in lightness as well as hue, with 3 : 1 against both backgrounds. */
const COLORS = ['#5a6ff0', '#0f9d8a', '#d9730d', '#c2417c', '#7a8699'];

function option(
  { label, categories, series, kind = 'line', stacked = false }: ChartProps,
  dark: boolean,
): EChartsCoreOption {
  const text = dark ? '#b4bac6' : '#535d6e';
  const line = dark ? '#2b323e' : '#e5e8ee';
  return {
    color: COLORS,
    animation: false,
    aria: { enabled: true, label: { description: label } },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { color: text } },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: {
      type: 'category',
      data: categories,
      axisLabel: { color: text, hideOverlap: true },
      axisLine: { lineStyle: { color: line } },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { color: text },
      splitLine: { lineStyle: { color: line } },
    },
    series: series.map((one) => ({
      name: one.name,
      type: kind,
      data: one.values,
      stack: stacked ? 'all' : undefined,
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: categories.length < 60,
      lineStyle: { width: 2 },
      barMaxWidth: 28,
    })),
  };
}

function Drawing(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';
  const [ready, setReady] = useState(false);
  const { height = 280 } = props;
  const wanted = JSON.stringify(option(props, dark));
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let end = () => {};
    let gone = false;
    void import('./echarts').then(({ init }) => {
      if (gone) return;
      const chart = init(element, undefined, { renderer: 'svg' });
      chart.setOption(JSON.parse(wanted) as EChartsCoreOption);
      const watcher = new ResizeObserver(() => chart.resize());
      watcher.observe(element);
      setReady(true);
      end = () => {
        watcher.disconnect();
        chart.dispose();
      };
    });
    return () => {
      gone = true;
      end();
    };
  }, [wanted]);
  return (
    <div style={{ position: 'relative', height }}>
      {!ready && <Skeleton height={height} pos="absolute" />}
      <div ref={place} role="img" aria-label={props.label} style={{ height, width: '100%' }} />
    </div>
  );
}
