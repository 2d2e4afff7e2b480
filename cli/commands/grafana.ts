import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../../core/plan/schema';
import type { Run } from '../../core/run/run';
import type { GrafanaServer } from '../../engines/grafana/api';
import { buildDashboard } from '../../engines/grafana/dashboard';
import { provisioningFiles } from '../../engines/grafana/provisioning';
import { ensureDataSource, pushDashboard, pushRegions, regionsOf } from '../../engines/grafana/push';
import { renderPanels } from '../../engines/grafana/render';
import { dashboardUid, linkToRun } from '../../engines/grafana/run-link';
import type { GrafanaDashboard } from '../../engines/grafana/schema-one';
import { realDisk } from '../../engines/host/disk';
import { refuseServer } from '../../runner/approve-targets';
import { whyUnwritable } from '../../runner/file-words';
import { hasPictures, keepPictures } from '../../runner/pictures';
import type { Refusal } from '../../runner/refusal';
import { readSecretsFile } from '../../runner/secrets-file';
import { lookUpVariables } from '../../runner/variables';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import { readPlan } from '../read-plan';
import type { Terminal } from '../terminal';

/** Never in a plan: it opens the server. */
const tokenName = 'GRAFANA_TOKEN';

/** Writes the dashboard of a plan as files, or brings it to a server with the phases of runs. */
export async function grafana(terminal: Terminal, given: GivenArguments): Promise<number> {
  const [action = '', file = '', ...wanted] = given.operands;
  const isKnown = (action === 'export' && wanted.length === 0) || action === 'push';
  if (!isKnown || file === '')
    return refuse(terminal, 'say what to do: grafana export PLAN, or grafana push PLAN [RUN…]');
  const plan = await planOf(terminal, file, given.value('env'));
  if (plan === undefined) return exitCodes.usage;
  if (action === 'export') return exportFiles(terminal, plan, given.value('out') ?? 'grafana');
  return push(terminal, plan, wanted, given);
}

async function planOf(
  terminal: Terminal,
  file: string,
  environment: string | undefined,
): Promise<Plan | undefined> {
  const reading = await readPlan(file, environment);
  if (!reading.ok) {
    refuse(terminal, `${file}: ${reading.message}`);
    return undefined;
  }
  const { plan, problems, files } = reading.analysis;
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
  const own = plan.observe?.grafana;
  const address = given.value('url') ?? own;
  if (address === undefined || !URL.canParse(address))
    return refuse(
      terminal,
      'the plan names no Grafana server: give it `observe: { grafana: … }`, or use --url',
    );
  // An address that a person typed is one that they chose; a plan may be anybody's.
  const isTyped = given.value('url') !== undefined;
  const refusal = isTyped
    ? undefined
    : refuseServer('the Grafana server of the plan', address, given.values('allow-target'));
  if (refusal !== undefined) return refuseHost(terminal, refusal);
  const runs = await readRuns(terminal, wanted);
  const token = await readToken(terminal, given.value('secrets'));
  if (runs === undefined || !token.ok) return exitCodes.usage;
  return pushAll(terminal, { server: { url: new URL(address), token: token.value }, plan, runs });
}

interface FinishedRun {
  readonly dir: string;
  readonly run: Run;
}

interface Push {
  readonly server: GrafanaServer;
  readonly plan: Plan;
  readonly runs: readonly FinishedRun[];
}

async function pushAll(terminal: Terminal, { server, plan, runs }: Push): Promise<number> {
  const prometheus = plan.observe?.prometheus?.url;
  let source: string | undefined;
  if (prometheus !== undefined) {
    const found = await ensureDataSource(server, prometheus);
    if (!found.ok) return fail(terminal, found.reason);
    tell(terminal, 'data source', prometheus, found.value.change);
    source = found.value.uid;
  }
  const dashboard = buildDashboard(plan);
  const change = await pushDashboard(server, dashboard);
  if (!change.ok) return fail(terminal, change.reason);
  tell(terminal, 'dashboard', plan.name, change.value);
  for (const each of runs) {
    const code = await pushRun(terminal, { server, plan, dashboard, source, ...each });
    if (code !== exitCodes.pass) return code;
  }
  return exitCodes.pass;
}

interface RunPush extends FinishedRun {
  readonly server: GrafanaServer;
  readonly plan: Plan;
  readonly dashboard: GrafanaDashboard;
  readonly source: string | undefined;
}

async function pushRun(terminal: Terminal, pushed: RunPush): Promise<number> {
  const { server, plan, run } = pushed;
  const uid = dashboardUid(plan);
  const regions = regionsOf(run, uid);
  const drawn = await pushRegions(server, run.id, regions);
  if (!drawn.ok) return fail(terminal, drawn.reason);
  for (const [index, change] of drawn.value.entries())
    tell(terminal, 'region', regions[index]?.text ?? '', change);
  const code = await bringPictures(terminal, pushed);
  const link = linkToRun(server.url, uid, run);
  terminal.emit({ kind: 'link', run: run.id, link });
  terminal.say(link);
  return code;
}

/** Pictures of the panels into the run folder, for its reports. A server that draws none costs a note. */
async function bringPictures(
  terminal: Terminal,
  { server, plan, dashboard, source, run, dir }: RunPush,
): Promise<number> {
  const shows = dashboard.tags?.join(' ') ?? '';
  if (await hasPictures(dir, shows)) {
    tell(terminal, 'pictures of', run.id, 'unchanged');
    return exitCodes.pass;
  }
  const { pictures, note } = await renderPanels(server, { dashboard, plan, run }, source);
  if (note !== undefined) {
    terminal.emit({ kind: 'note', code: 'pictures', message: note });
    terminal.say(`${note}.`);
  }
  if (pictures.length === 0) return exitCodes.pass;
  try {
    await keepPictures(realDisk, dir, note === undefined ? shows : '', pictures);
  } catch (error) {
    return fail(terminal, `the pictures cannot be kept in ${dir}: ${whyUnwritable(error)}`);
  }
  tell(terminal, 'pictures of', run.id, 'created');
  return exitCodes.pass;
}

async function readRuns(
  terminal: Terminal,
  wanted: readonly string[],
): Promise<readonly FinishedRun[] | undefined> {
  const runs: FinishedRun[] = [];
  for (const name of wanted) {
    const entry = await findRun(name);
    if (entry?.run === undefined) {
      refuse(terminal, `there is no finished run ${name}`);
      return undefined;
    }
    runs.push({ dir: entry.dir, run: entry.run });
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

function refuseHost(terminal: Terminal, { code, message, remedy }: Refusal): number {
  terminal.emit({ kind: 'refused', code, message, remedy });
  terminal.say(`Nothing was sent: ${message}.\nTo go on, ${remedy}.`);
  return exitCodes['not-approved'];
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
