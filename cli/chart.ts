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
