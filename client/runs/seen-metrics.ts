/** What the language server is told of the metrics of targets: those of the newest run of each plan that has any. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { seenMetricsFileSchema } from '../../core/run/seen-metrics';
import type { ToldMetrics } from '../../protocol/language';
import { fileNames } from '../../runner/layout';
import { readJson, type RunEntry } from '../../runner/open-run';

/** Runs of a plan that are looked through: one that could read nothing tells nothing. */
const maxRuns = 3;

/** @param entries newest first. */
export async function readSeenMetrics(entries: readonly RunEntry[]): Promise<ToldMetrics> {
  const byPlan = new Map<string, RunEntry[]>();
  for (const entry of entries) {
    const plan = entry.run?.plan.file;
    if (plan === undefined) continue;
    const runs = byPlan.get(plan) ?? [];
    if (runs.length < maxRuns) byPlan.set(plan, [...runs, entry]);
  }
  const told = await Promise.all([...byPlan].map(([plan, runs]) => newestOf(plan, runs)));
  return { targets: told.flat() };
}

async function newestOf(plan: string, runs: readonly RunEntry[]): Promise<ToldMetrics['targets']> {
  for (const { dir } of runs) {
    const { value } = await readJson(path.join(dir, fileNames.metrics), seenMetricsFileSchema);
    const targets = Object.entries(value?.targets ?? {});
    if (targets.length > 0)
      return targets.map(([target, names]) => ({ plan: pathToFileURL(plan).href, target, names }));
  }
  return [];
}
