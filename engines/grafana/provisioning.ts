/** The files from which a Grafana server takes its data source and dashboards when it starts. */
import { stringify } from 'yaml';
import type { GrafanaDashboard } from './schema-one';

/** Where Grafana finds the dashboards, unless the provider is edited. */
const dashboardFolder = '/var/lib/grafana/dashboards/benchwright';

/**
 * @param prometheus the address of the server, as Grafana reaches it; without it no data source is written.
 * @returns text by path, with `/`.
 */
export function provisioningFiles(
  dashboard: GrafanaDashboard,
  prometheus: string | undefined,
): ReadonlyMap<string, string> {
  const files = new Map([
    [`dashboards/${dashboard.uid ?? ''}.json`, `${JSON.stringify(dashboard, null, 2)}\n`],
    [
      'provisioning/dashboards/benchwright.yaml',
      stringify({
        apiVersion: 1,
        providers: [
          {
            name: 'benchwright',
            folder: 'Benchwright',
            type: 'file',
            allowUiUpdates: false,
            options: { path: dashboardFolder },
          },
        ],
      }),
    ],
  ]);
  if (prometheus !== undefined) {
    files.set(
      'provisioning/datasources/benchwright.yaml',
      stringify({
        apiVersion: 1,
        datasources: [
          { name: 'Prometheus of Benchwright', type: 'prometheus', access: 'proxy', url: prometheus },
        ],
      }),
    );
  }
  return files;
}
