/**
 * Charts as SVG.
 * @module
 */
import * as echarts from "npm:echarts@6.1.0";

/** A chart of horizontal bars, one for each entry, the first on top. */
export function barChart(
  title: string,
  unit: string,
  bars: readonly { readonly label: string; readonly value: number }[],
): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 640, height: 120 + 44 * bars.length });
  chart.setOption({
    animation: false,
    title: { text: title, left: "center", top: 12, textStyle: { fontSize: 16 } },
    grid: { left: 90, right: 70, top: 56, bottom: 52 },
    xAxis: { type: "value", name: unit, nameLocation: "middle", nameGap: 30 },
    yAxis: { type: "category", inverse: true, data: bars.map(({ label }) => label), axisTick: { show: false } },
    series: [{
      type: "bar",
      data: bars.map(({ value }) => Math.round(value * 100) / 100),
      itemStyle: { color: "#2f6f8f", borderRadius: 3 },
      barMaxWidth: 26,
      label: { show: true, position: "right" },
    }],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** Bars that stand together in a chart of comparisons. */
export interface BarGroup {
  /** What they have in common. */
  readonly label: string;
  /** Pairs of bars, each pair with its label. */
  readonly bars: readonly { readonly label: string; readonly values: readonly [number, number] }[];
}

/** A chart of groups of pairs of bars, each pair of the two series, on a logarithmic scale. */
export function comparedBarChart(
  title: string,
  unit: string,
  series: readonly [string, string],
  groups: readonly BarGroup[],
  labelsName: string,
): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1000, height: 460 });
  const most = Math.max(...groups.flatMap(({ bars }) => bars.flatMap(({ values }) => values)));
  // An empty place between groups.
  const places = groups.flatMap(({ bars }, n) => [...n > 0 ? [undefined] : [], ...bars]);
  const named = groups.flatMap(({ label, bars }, n) => [
    ...n > 0 ? [""] : [],
    ...bars.map((_, index) => index === Math.floor((bars.length - 1) / 2) ? label : ""),
  ]);
  chart.setOption({
    animation: false,
    title: { text: title, left: "center", top: 12, textStyle: { fontSize: 16 } },
    legend: { top: 40 },
    grid: { left: 70, right: 20, top: 80, bottom: 70 },
    xAxis: {
      type: "category",
      data: places.map((place, n) => `${place?.label ?? ""}\n{group|${named[n]}}`),
      axisTick: { show: false },
      axisLabel: { interval: 0, lineHeight: 18, rich: { group: { fontWeight: "bold", fontSize: 13 } } },
      name: labelsName,
      nameLocation: "start",
      nameGap: 12,
      nameTextStyle: { verticalAlign: "top", padding: [8, 0, 0, 0] },
    },
    yAxis: {
      type: "log",
      min: 1,
      max: 1.5 * most,
      axisLabel: { showMaxLabel: false },
      name: unit,
      nameLocation: "middle",
      nameGap: 44,
    },
    series: series.map((name, index) => ({
      name,
      type: "bar",
      data: places.map((place) => place === undefined ? null : Math.round(place.values[index] * 100) / 100),
      itemStyle: { color: ["#2f6f8f", "#c9a24b"][index], borderRadius: [2, 2, 0, 0] },
      barGap: "15%",
      barCategoryGap: "18%",
      label: { show: true, position: "top", fontSize: 9, formatter: ({ value }: { value: number }) => short(value) },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
