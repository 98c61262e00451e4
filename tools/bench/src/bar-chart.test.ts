import { expect, it } from "vitest";
import { barChart } from "./bar-chart.ts";

const widths = (svg: string) =>
  [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));

it("draws bars as long as their values, the longest over the whole width", () => {
  const svg = barChart("Wall clock", "s", [
    { name: "curl", value: 1 },
    { name: "cloudhaul", value: 2 },
    { name: "axios", value: 4 },
  ]);
  const [curl, ours, axios] = widths(svg);
  expect(axios).toBe(390);
  expect(ours).toBe(195);
  expect(curl).toBe(97.5);
});

it("gives ours a colour of its own, and each bar its name and value", () => {
  const svg = barChart("Wall clock", "s", [
    { name: "curl", value: 0.0123 },
    { name: "cloudhaul", value: 1234.5 },
  ]);
  expect(svg.match(/fill="#1a7f37"/g)).toHaveLength(1);
  expect(svg).toContain(">curl<");
  expect(svg).toContain(">0.012 s<");
  expect(svg).toContain(">1,235 s<");
});

it("writes names as text, not as markup", () => {
  const svg = barChart('a "b" & <c>', "s", [{ name: "<script>", value: 1 }]);
  expect(svg).toContain('aria-label="a &quot;b&quot; &amp; &lt;c&gt;"');
  expect(svg).not.toContain("<script>");
});

it("draws nothing where nothing could be measured", () => {
  expect(widths(barChart("Empty", "s", []))).toEqual([]);
  expect(widths(barChart("Zero", "s", [{ name: "curl", value: 0 }]))).toEqual([0]);
});
