import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../../core/plan/schema';
import type { Run } from '../../core/run/run';
import type { GrafanaServer } from '../../engines/grafana/api';
import { buildDashboard, dashboardUid } from '../../engines/grafana/dashboard';
import { provisioningFiles } from '../../engines/grafana/provisioning';
import {
  ensureDataSource,
  linkToRun,
  pushDashboard,
  pushRegions,
  regionsOf,
} from '../../engines/grafana/push';
import { analysePlanFile } from '../../runner/analyse-plan-file';
import { whyUnreadable, whyUnwritable } from '../../runner/file-words';
import { readSecretsFile } from '../../runner/secrets-file';
import { lookUpVariables } from '../../runner/variables';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import type { Terminal } from '../terminal';

/** Never in a plan: it opens the server. */
const tokenName = 'GRAFANA_TOKEN';

/** Writes the dashboard of a plan as files, or brings it to a server with the phases of runs. */
export async function grafana(terminal: Terminal, given: GivenArguments): Promise<number> {
  const [action = '', file = '', ...wanted] = given.operands;
  const isKnown = (action === 'export' && wanted.length === 0) || action === 'push';
  if (!isKnown || file === '')
    return refuse(terminal, 'say what to do: grafana export PLAN, or grafana push PLAN [RUN…]');
  const plan = await readPlan(terminal, file, given.value('env'));
  if (plan === undefined) return exitCodes.usage;
  if (action === 'export') return exportFiles(terminal, plan, given.value('out') ?? 'grafana');
  return push(terminal, plan, wanted, given);
}

async function readPlan(
  terminal: Terminal,
  file: string,
  environment: string | undefined,
): Promise<Plan | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    refuse(terminal, `${file}: ${whyUnreadable(error)}`);
    return undefined;
  }
  const { plan, problems, files } = analysePlanFile(text, file, environment);
  if (plan === undefined) tellProblems(terminal, files, problems);
  return plan;
}

async function exportFiles(terminal: Terminal, plan: Plan, out: string): Promise<number> {
  const files = provisioningFiles(buildDashboard(plan), plan.observe?.prometheus?.url);
  for (const [name, text] of files) {
    const file = path.join(out, name);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    } catch (error) {
      return refuse(terminal, `${file} cannot be written: ${whyUnwritable(error)}`);
    }
    terminal.emit({ kind: 'wrote', file });
    terminal.say(`Wrote ${file}`);
  }
  return exitCodes.pass;
}

async function push(
  terminal: Terminal,
  plan: Plan,
  wanted: readonly string[],
  given: GivenArguments,
): Promise<number> {
  const address = given.value('url') ?? plan.observe?.grafana;
  if (address === undefined || !URL.canParse(address))
    return refuse(
      terminal,
      'the plan names no Grafana server: give it `observe: { grafana: … }`, or use --url',
    );
  const runs = await readRuns(terminal, wanted);
  const token = await readToken(terminal, given.value('secrets'));
  if (runs === undefined || !token.ok) return exitCodes.usage;
  const server = { url: new URL(address), token: token.value };
  const prometheus = plan.observe?.prometheus?.url;
  if (prometheus !== undefined) {
    const source = await ensureDataSource(server, prometheus);
    if (!source.ok) return fail(terminal, source.reason);
    tell(terminal, 'data source', prometheus, source.value.change);
  }
  const change = await pushDashboard(server, buildDashboard(plan));
  if (!change.ok) return fail(terminal, change.reason);
  tell(terminal, 'dashboard', plan.name, change.value);
  return pushRuns(terminal, server, dashboardUid(plan), runs);
}

async function pushRuns(
  terminal: Terminal,
  server: GrafanaServer,
  uid: string,
  runs: readonly Run[],
): Promise<number> {
  for (const run of runs) {
    const regions = regionsOf(run, uid);
    const pushed = await pushRegions(server, run.id, regions);
    if (!pushed.ok) return fail(terminal, pushed.reason);
    for (const [index, change] of pushed.value.entries())
      tell(terminal, 'region', regions[index]?.text ?? '', change);
    const link = linkToRun(server.url, uid, run);
    terminal.emit({ kind: 'link', run: run.id, link });
    terminal.say(link);
  }
  return exitCodes.pass;
}

async function readRuns(terminal: Terminal, wanted: readonly string[]): Promise<readonly Run[] | undefined> {
  const runs: Run[] = [];
  for (const name of wanted) {
    const run = (await findRun(name))?.run;
    if (run === undefined) {
      refuse(terminal, `there is no finished run ${name}`);
      return undefined;
    }
    runs.push(run);
  }
  return runs;
}

/** A server may ask for none. */
async function readToken(
  terminal: Terminal,
  file: string | undefined,
): Promise<{ readonly ok: boolean; readonly value: string | undefined }> {
  let secrets: ReadonlyMap<string, string> = new Map();
  if (file !== undefined) {
    const reading = await readSecretsFile(file);
    if (!reading.ok) {
      refuse(terminal, `${reading.refusal.message}: ${reading.refusal.remedy}`);
      return { ok: false, value: undefined };
    }
    secrets = reading.secrets;
  }
  const found = lookUpVariables({ env: [], secrets: [tokenName] }, process.env, secrets);
  return { ok: true, value: found.ok ? found.secrets.get(tokenName) : undefined };
}

function tell(terminal: Terminal, what: string, name: string, change: string): void {
  terminal.emit({ kind: 'pushed', what, name, change });
  terminal.say(`${what} ${name}: ${change}`);
}

function refuse(terminal: Terminal, message: string): number {
  terminal.emit({ kind: 'refused', code: 'grafana', message });
  terminal.say(message);
  return exitCodes.usage;
}

function fail(terminal: Terminal, message: string): number {
  terminal.emit({ kind: 'failed', code: 'grafana', message });
  terminal.say(`${message}.`);
  return exitCodes['tool-error'];
}
