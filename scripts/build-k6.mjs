/**
 * Builds our k6, which is k6 with Benchwright's output compiled in, and puts it into dist/k6.
 *
 *   node scripts/build-k6.mjs [--platform linux/amd64]
 *
 * Builds are kept by the hash of their sources, so that only a change of the sources or of Go builds again.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const module = join(root, 'engines', 'k6', 'output');
const outFolder = join(root, 'dist', 'k6');

/** `-buildvcs=false` keeps the state of the work tree out of the program, whose hash is then that of its sources. */
const buildFlags = ['-trimpath', '-mod=readonly', '-buildvcs=false', '-ldflags', '-s -w'];
const goArch = { x64: 'amd64', arm64: 'arm64' };
const goOs = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** An expected failure: its message is the whole story. */
export class BuildProblem extends Error {}

/**
 * @param {{ platform?: string, log?: (line: string) => void }} options `platform` as Go names it, `linux/amd64`.
 * @returns the manifest, as written beside the program: version of Benchwright, version of k6, goos, goarch, the
 *   program's sha256 and the hash of its sources.
 * @throws BuildProblem where Go is missing or the build fails.
 */
export async function buildK6({ platform, log = () => undefined } = {}) {
  const [goos, goarch] = splitPlatform(platform ?? `${goOs[process.platform]}/${goArch[process.arch]}`);
  const program = goos === 'windows' ? 'k6.exe' : 'k6';
  const sources = await hashSources(goos, goarch);
  const env = goEnvironment(goos, goarch);

  const go = await goVersion(env);
  if (go === undefined) {
    const present = await readManifest(outFolder, program);
    if (present?.sources === sources) return present;
    throw new BuildProblem(
      'Go is not on the PATH: Go 1.26 or newer is needed to build k6 from source; a released Benchwright package has k6 inside and needs no Go.',
    );
  }

  const key = createHash('sha256').update(`${sources}\n${go}`).digest('hex').slice(0, 32);
  const kept = join(cacheFolder(), 'benchwright', 'k6', key);
  let manifest = await readManifest(kept, program);
  if (manifest === undefined) {
    log(`building k6 for ${goos}/${goarch}; the first build takes a minute or two`);
    manifest = await build({ kept, program, goos, goarch, sources, env });
  }
  const placed = await readManifest(outFolder, program);
  if (placed?.sha256 !== manifest.sha256 || placed.sources !== manifest.sources) await place(kept, program);
  return manifest;
}

function splitPlatform(platform) {
  const match = /^(linux|darwin|windows)\/(amd64|arm64)$/.exec(platform);
  if (match === null) {
    throw new BuildProblem(
      `no k6 is built for ${platform}: choose linux, darwin or windows with amd64 or arm64, such as linux/amd64.`,
    );
  }
  return [match[1], match[2]];
}

/** Everything that decides what is built, tests apart. */
async function hashSources(goos, goarch) {
  const hash = createHash('sha256').update(JSON.stringify([goos, goarch, buildFlags]));
  const names = await readdir(module, { recursive: true });
  const wanted = names.filter((name) => /(\.go|go\.mod|go\.sum)$/.test(name) && !name.endsWith('_test.go'));
  for (const name of wanted.map((name) => name.replaceAll('\\', '/')).sort()) {
    const text = await readFile(join(module, name), 'utf8');
    hash.update(`${name}\0${text.replaceAll('\r\n', '\n')}\0`);
  }
  return hash.digest('hex');
}

function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  const home = homedir();
  return isAbsolute(home) ? join(home, '.cache') : join(root, 'dist', 'cache');
}

/** Go refuses to work without a home for its caches, so it is given one. */
function goEnvironment(goos, goarch) {
  const env = { ...process.env, CGO_ENABLED: '0', GOOS: goos, GOARCH: goarch, GOFLAGS: '', GOWORK: 'off' };
  if (process.platform !== 'win32' && !env.HOME) {
    env.GOPATH ||= join(cacheFolder(), 'benchwright', 'go');
    env.GOCACHE ||= join(cacheFolder(), 'benchwright', 'go-build');
  }
  return env;
}

async function goVersion(env) {
  try {
    const { stdout } = await run('go', ['version'], { cwd: module, env });
    return stdout.trim();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new BuildProblem(`go version failed: ${lastLines(error.stderr ?? error.message)}`);
  }
}

async function build({ kept, program, goos, goarch, sources, env }) {
  await mkdir(dirname(kept), { recursive: true });
  const folder = await mkdtemp(`${kept}.`);
  try {
    await run('go', ['build', ...buildFlags, '-o', join(folder, program), '.'], {
      cwd: module,
      env,
      maxBuffer: 64 * 2 ** 20,
    });
    const manifest = {
      version: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version,
      k6: await k6Version(),
      goos,
      goarch,
      sha256: await hashFile(join(folder, program)),
      sources,
    };
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(kept, { recursive: true, force: true });
    await rename(folder, kept);
    return manifest;
  } catch (error) {
    throw new BuildProblem(`k6 could not be built: ${lastLines(error.stderr || error.message)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function k6Version() {
  const text = await readFile(join(module, 'go.mod'), 'utf8');
  return /^\s*go\.k6\.io\/k6\/v2 v(\S+)/m.exec(text)?.[1] ?? 'unknown';
}

/** The manifest of a folder, where the program beside it is the one that it describes. */
async function readManifest(folder, program) {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    return (await hashFile(join(folder, program))) === manifest.sha256 ? manifest : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Renaming, not writing over it, leaves a k6 that is running its own file. */
async function place(kept, program) {
  await mkdir(outFolder, { recursive: true, mode: 0o755 });
  await chmod(outFolder, 0o755);
  const other = program === 'k6' ? 'k6.exe' : 'k6';
  await rm(join(outFolder, other), { force: true });
  for (const name of [program, 'manifest.json']) {
    const incoming = join(outFolder, `.${name}.${process.pid}`);
    await copyFile(join(kept, name), incoming);
    await chmod(incoming, name === program ? 0o755 : 0o644);
    await rename(incoming, join(outFolder, name));
  }
  await copyFile(join(module, 'LICENSE'), join(outFolder, 'LICENSE'));
}

function lastLines(text) {
  return text.trim().split('\n').slice(-5).join(' | ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { platform: { type: 'string' } } });
    const manifest = await buildK6({ platform: values.platform, log: (line) => console.error(line) });
    console.log(
      `${relative(process.cwd(), outFolder) || '.'}: k6 ${manifest.k6} for ${manifest.goos}/${manifest.goarch}`,
    );
  } catch (error) {
    if (!(error instanceof BuildProblem) && error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
