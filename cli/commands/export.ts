import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { locateK6 } from '../../engines/k6/binary';
import { compileForCloud } from '../../engines/k6/compile/cloud';
import { compilePhase, type CompiledPhase } from '../../engines/k6/compile/compile';
import { dockerfileOf, testRunOf, type Manifests } from '../../engines/kubernetes/test-run';
import { exportLoad, type ExportedLoad } from '../../runner/export-load';
import { whyUnwritable } from '../../runner/file-words';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { plain, type Terminal } from '../terminal';

/** What the image is called where nobody says: it has to be built and brought to the cluster in any case. */
const usualImage = 'benchwright-k6:latest';

/** Writes a phase of load for k6-operator or for Grafana Cloud. */
export async function exportPhase(terminal: Terminal, given: GivenArguments): Promise<number> {
  const [where = '', planFile = ''] = given.operands;
  const mistake = whyMisused(where, given);
  if (mistake !== undefined) return refuse(terminal, mistake);
  const isCloud = where === 'cloud';
  const reading = await exportLoad({
    planFile,
    phase: given.value('phase'),
    environment: given.value('env'),
    // The cloud shares a load out by itself.
    generators: isCloud ? 1 : numberOf(given, 'generators'),
    compile: (plan, phase, options) =>
      isCloud
        ? compileForCloud(plan, phase, { ...options, project: numberOf(given, 'project') })
        : compilePhase(plan, phase, { ...options, isStartedByOthers: true }),
  });
  if (reading.kind === 'refused') return refuse(terminal, reading.message);
  if (reading.kind === 'invalid') {
    tellProblems(terminal, reading.files, reading.problems);
    return exitCodes.usage;
  }
  return write(terminal, reading.load, where, given);
}

function whyMisused(where: string, given: GivenArguments): string | undefined {
  if (where !== 'k6-operator' && where !== 'cloud')
    return 'say what for: export k6-operator PLAN, or export cloud PLAN';
  if (!/^(?:[1-9]\d{0,2}|1000)$/.test(given.value('generators') ?? '1'))
    return '--generators needs a whole number from 1 to 1000';
  if (!/^\d{1,15}$/.test(given.value('project') ?? '0')) return '--project needs the number of a project';
  return undefined;
}

async function write(
  terminal: Terminal,
  load: ExportedLoad,
  where: string,
  given: GivenArguments,
): Promise<number> {
  const out = given.value('out') ?? where;
  try {
    return await (where === 'cloud'
      ? writeForCloud(terminal, load, out)
      : writeForOperator(terminal, load, out, given));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return refuse(terminal, `${out} cannot be written: ${whyUnwritable(error)}`);
  }
}

function numberOf(given: GivenArguments, option: string): number | undefined {
  const value = given.value(option);
  return value === undefined ? undefined : Number(value);
}

async function writeForCloud(
  terminal: Terminal,
  { compiled, files }: ExportedLoad,
  out: string,
): Promise<number> {
  await writeFiles(terminal, out, files);
  const variables = variablesOf(compiled).map((name) => `-e ${name}=… `);
  terminal.say(`Run it with: k6 cloud run ${variables.join('')}${path.join(out, 'script.js')}`);
  terminal.say(
    'Its figures stay in Grafana Cloud: goals, outcomes of tasks and merged percentiles are not judged by Benchwright there, and what has not ended with the drain is not measured.',
  );
  return exitCodes.pass;
}

async function writeForOperator(
  terminal: Terminal,
  { name, phase, compiled, files }: ExportedLoad,
  out: string,
  given: GivenArguments,
): Promise<number> {
  const areFilesInImage = given.flag('in-image');
  const reading = testRunOf(
    {
      ...{ title: `${name} ${phase}`, phase, files },
      ...{ variables: variablesOf(compiled), pods: compiled.generators },
    },
    { image: given.value('image') ?? usualImage, namespace: given.value('namespace'), areFilesInImage },
  );
  if (!reading.ok) return refuse(terminal, `${reading.message}: ${reading.remedy}`);
  const { manifests } = reading;
  await writeFiles(terminal, out, manifestFiles(manifests, areFilesInImage));
  if (areFilesInImage) await writeFiles(terminal, path.join(out, 'files'), files);
  await putK6Beside(terminal, out);
  tellHowToRun(terminal, manifests, compiled, { out, image: given.value('image') ?? usualImage });
  return exitCodes.pass;
}

function manifestFiles({ configMap, testRun }: Manifests, areFilesInImage: boolean): Map<string, string> {
  return new Map([
    ...(configMap === undefined ? [] : [['configmap.yaml', stringify(configMap)] as const]),
    ['testrun.yaml', stringify(testRun)],
    ['Dockerfile', dockerfileOf(areFilesInImage)],
  ]);
}

/** The image is one of Linux: another k6 would not run in it. */
async function putK6Beside(terminal: Terminal, out: string): Promise<void> {
  const located = await locateK6();
  if (!located.ok || process.platform !== 'linux') {
    const why = located.ok ? `it is one for ${process.platform}` : located.problem.message;
    terminal.say(
      `k6 is not put beside the Dockerfile: ${plain(why)}. Take the one of a package for Linux, with its LICENSE as LICENSE.k6.`,
    );
    return;
  }
  await copyFile(located.k6.path, path.join(out, 'k6'));
  await copyFile(path.join(path.dirname(located.k6.path), 'LICENSE'), path.join(out, 'LICENSE.k6'));
  terminal.say(`Wrote ${path.join(out, 'k6')}`);
}

function tellHowToRun(
  terminal: Terminal,
  { name, secret, configMap }: Manifests,
  compiled: CompiledPhase,
  { out, image }: { readonly out: string; readonly image: string },
): void {
  const secrets = variablesOf(compiled).map((variable) => ` --from-literal=${variable}=…`);
  const lines = [
    `docker build -t ${image} ${out}   # then bring it to where the cluster takes images from`,
    ...(secret === undefined ? [] : [`kubectl create secret generic ${secret}${secrets.join('')}`]),
    `kubectl create ${configMap === undefined ? '' : `-f ${path.join(out, 'configmap.yaml')} `}-f ${path.join(out, 'testrun.yaml')}`,
    `kubectl logs -f -l k6_cr=${name},runner=true --prefix`,
  ];
  terminal.say(`To run it:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** All of them go to a Secret: nothing tells which of the others is harmless. */
function variablesOf({ environment, secrets, privateFiles }: CompiledPhase): string[] {
  return [environment, secrets, privateFiles].flatMap((variables) => Object.values(variables));
}

async function writeFiles(
  terminal: Terminal,
  out: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  for (const [place, content] of files) {
    const file = path.join(out, place);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    terminal.emit({ kind: 'wrote', file });
    terminal.say(`Wrote ${file}`);
  }
}

function refuse(terminal: Terminal, message: string): number {
  terminal.emit({ kind: 'refused', code: 'not-exported', message });
  terminal.say(`benchwright: ${plain(message)}`);
  return exitCodes.usage;
}
