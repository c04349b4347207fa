import { createMetrics } from '../../src/metrics.ts';
import { table } from './table.ts';

/** What Codex itself measures; the process's own metrics that prom-client adds are left out. */
export function metricsTable(): string {
  const { registry } = createMetrics({ inbox: () => ({ pending: 0, dead: 0 }), jobs: () => [] });
  const rows = registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('codex_'))
    .map(({ name, type, help }) => [`\`${name}\``, type.toString(), help]);
  return table(['Metric', 'Type', 'Meaning'], rows);
}
