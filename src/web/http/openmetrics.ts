/** OpenMetrics 1.0, the text format that Prometheus and others read. */

export interface MetricFamily {
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: readonly { labels?: Readonly<Record<string, string>>; value: number }[];
}

export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The text of metric families. Families without samples are left out. */
export function openMetrics(families: readonly MetricFamily[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, type, help, samples }) => [
      `# TYPE ${name} ${type}`,
      `# HELP ${name} ${escaped(help)}`,
      ...samples.map(({ labels, value }) => `${name}${type === "counter" ? "_total" : ""}${labelSet(labels)} ${value}`),
    ]);
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function labelSet(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
