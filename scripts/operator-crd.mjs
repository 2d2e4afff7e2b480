/** The definition of `TestRun` by the makers of k6-operator, of a released version. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The version against which what we export is checked. */
export const operatorVersion = 'v1.5.0';

/** Go keeps what it has downloaded, and checks it against its database of checksums. */
export async function readOperatorCrd() {
  const module = `github.com/grafana/k6-operator@${operatorVersion}`;
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], {
    cwd: os.tmpdir(),
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  return readFile(path.join(JSON.parse(stdout).Dir, 'config/crd/bases/k6.io_testruns.yaml'), 'utf8');
}
