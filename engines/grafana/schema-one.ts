/* eslint-disable @typescript-eslint/no-deprecated -- servers before Grafana 12 read only the first schema of dashboards, and later ones read both. */
/** The first schema of dashboards, as the Foundation SDK types it. */
import { DashboardBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

export type GrafanaDashboard = Dashboard;
export type GrafanaDashboardBuilder = DashboardBuilder;

export function newDashboard(title: string): GrafanaDashboardBuilder {
  return new DashboardBuilder(title);
}
