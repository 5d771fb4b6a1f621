// Draws charts with ECharts, which is loaded when the first chart of a visit needs it. Colours are names of tokens
// (--brass) in the options, so that a chart follows a change of theme. No code comes with the options, hence no eval.
let library;

const load = url => library ??= new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = url;
  script.onload = done;
  script.onerror = () => failed(new Error("The chart library could not be loaded."));
  document.head.append(script);
});

const paint = (value, style) => {
  if (typeof value === "string") return value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
  if (Array.isArray(value)) return value.map(item => paint(item, style));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, paint(item, style)]));
};

const apply = chart => chart.setOption(paint(chart.asked, getComputedStyle(document.documentElement)), { notMerge: true });

export async function draw(element, url, options) {
  await load(url);
  if (!element.isConnected) return;
  let chart = echarts.getInstanceByDom(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "svg" });
    element.watch = new ResizeObserver(() => chart.resize());
    element.watch.observe(element);
    element.repaint = () => apply(chart);
    document.addEventListener("assay-shade", element.repaint);
  }
  chart.asked = JSON.parse(options);
  apply(chart);
}

export function remove(element) {
  if (!element) return;
  element.watch?.disconnect();
  document.removeEventListener("assay-shade", element.repaint);
  window.echarts?.getInstanceByDom(element)?.dispose();
}
