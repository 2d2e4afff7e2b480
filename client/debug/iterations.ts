/** Debug One Iteration: asks for what has to be asked, runs the command line, and shows what it tells. */
import '../display-language';
import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { IterationEvent } from '../../core/run/iteration';
import { startTool } from '../../engines/host/process-host';
import { contextKeys } from '../contributions';
import { foreignIteration } from '../runs/load-request';
import { namesIn, readPlan } from '../runs/read-plan';
import { isTrusted, type StartContext } from '../runs/start-run';
import { IterationLines } from './iteration-lines';
import { marksOf } from './iteration-marks';
import { ShownMarks } from './show-marks';

/** How long a word in the status bar stays. */
const wordMs = 8000;

export class Iterations {
  readonly #context: StartContext;
  readonly #marks: ShownMarks;
  #isBusy = false;

  constructor(context: StartContext) {
    this.#context = context;
    this.#marks = new ShownMarks((isShown) => {
      void vscode.commands.executeCommand('setContext', contextKeys.hasIteration, isShown);
    });
  }

  async debug(plan: vscode.Uri, wanted: string | undefined): Promise<void> {
    if (!isTrusted()) return;
    if (this.#isBusy) {
      void vscode.window.showInformationMessage(t('An iteration is under way already.'));
      return;
    }
    const scenario = wanted ?? (await pickScenario(plan));
    if (scenario === undefined) return;
    const { environments, approvals, secrets } = this.#context;
    const environment = await environments.forRun(plan);
    if (environment === undefined) return;
    const name = environment.kind === 'named' ? environment.name : undefined;
    const read = await readPlan(plan, name);
    if (read === undefined) return;
    const loads = foreignIteration(read.plan, scenario);
    if (!(await approvals.ask(loads))) return;
    const known = await secrets.forRun(plan, read.secrets);
    if (known === undefined) return;
    const args = [
      'debug',
      `--scenario=${scenario}`,
      ...(name === undefined ? [] : [`--env=${name}`]),
      ...loads.map(({ endpoint }) => `--allow-target=${endpoint}`),
      '--json',
      '--',
      plan.fsPath,
    ];
    this.#isBusy = true;
    try {
      await this.#conduct(plan, scenario, args, known);
    } finally {
      this.#isBusy = false;
    }
  }

  clear(): void {
    this.#marks.clear();
  }

  dispose(): void {
    this.#marks.dispose();
  }

  async #conduct(
    plan: vscode.Uri,
    scenario: string,
    args: readonly string[],
    secrets: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#marks.clear();
    const folder = path.dirname(plan.fsPath);
    const events: IterationEvent[] = [];
    const lines = new IterationLines((event) => {
      events.push(event);
      if (event.kind === 'log') this.#context.log.info(`${scenario}: ${event.level}: ${event.message}`);
      else if (event.kind !== 'over') this.#marks.show(marksOf(events), folder);
    });
    const progress = {
      location: vscode.ProgressLocation.Notification,
      title: t`One iteration of ${scenario}`,
      cancellable: true,
    };
    const failure = await vscode.window.withProgress(progress, (_, token) =>
      this.#run(args, folder, secrets, token, lines),
    );
    this.#tell(scenario, events, failure ?? lines.refusal);
  }

  /** @returns why it could not be started. */
  async #run(
    args: readonly string[],
    cwd: string,
    secrets: Readonly<Record<string, string>>,
    token: vscode.CancellationToken,
    lines: IterationLines,
  ): Promise<string | undefined> {
    const { extension, log } = this.#context;
    if (!vscode.workspace.isTrusted) return t('this workspace is not trusted');
    log.info(`starting: benchwright ${args.join(' ')}`);
    const env = Object.entries({ ...process.env, ...secrets }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const started = await startTool(
      {
        file: process.execPath,
        args: [extension.asAbsolutePath('dist/cli.cjs'), ...args],
        // Under an editor our Node is the editor itself, which is only a Node when it is told to be.
        env: { ...Object.fromEntries(env), ELECTRON_RUN_AS_NODE: '1' },
        cwd,
        endsByInterrupt: true,
      },
      extension.asAbsolutePath('dist/supervisor.cjs'),
      {
        onOutput: (chunk) => {
          lines.add(chunk);
        },
        onError: (chunk) => {
          for (const line of chunk.toString('utf8').trimEnd().split('\n')) log.debug(line);
        },
      },
    );
    if (!started.ok) return started.message;
    const { process: tool } = started;
    const listening = token.onCancellationRequested(() => {
      tool.send('interrupt');
    });
    await tool.ended;
    listening.dispose();
    return undefined;
  }

  #tell(scenario: string, events: readonly IterationEvent[], failure: string | undefined): void {
    const over = events.find((event) => event.kind === 'over');
    const { findings } = marksOf(events);
    const fault =
      failure ?? (over === undefined ? t('it ended without a word; the output says more') : over.fault);
    if (fault !== null) {
      void vscode.window.showErrorMessage(t`One iteration of ${scenario}: ${fault}.`);
      return;
    }
    const words =
      findings.length === 0 && over?.isWhole === true
        ? t`$(pass) ${scenario}: every condition held`
        : t`$(error) ${scenario}: ${findings[0]?.message ?? t('ended before its last step')}`;
    vscode.window.setStatusBarMessage(words, wordMs);
  }
}

async function pickScenario(plan: vscode.Uri): Promise<string | undefined> {
  const names = await namesIn(plan, 'scenarios');
  if (names.length <= 1) return names[0];
  return await vscode.window.showQuickPick([...names], { placeHolder: t('Scenario to run once') });
}
