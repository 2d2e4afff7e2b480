import { expect, test } from 'vitest';
import type { AttachFacts } from './attach-facts';
import { explainAttach } from './explain';

const usual: AttachFacts = {
  pid: 7,
  platform: 'linux',
  isThere: true,
  program: 'python3.11',
  isPython: true,
  ownUid: 1000,
  targetUid: 1000,
  hasCapability: false,
  ptraceScope: 0,
  tracer: undefined,
};
const denied =
  'Error: Failed to get process executable name.\n\nCaused by:\n  0: Permission denied (os error 13)';
const gone = 'Error: Failed to get process executable name.\n\nCaused by:\n  0: No such file or directory';
const noVersion = 'Error: Failed to find python version from target process';

test.each<[string, Partial<AttachFacts>, string, string, RegExp]>([
  ['a process that is gone', { isThere: false }, gone, 'no-process', /start the target/],
  ['another user', { targetUid: 0 }, denied, 'other-user', /run Benchwright as that user/],
  ['root without the capability', { ownUid: 0 }, denied, 'no-capability', /--cap-add SYS_PTRACE/],
  ['a debugger', { tracer: 9 }, denied, 'traced', /end the debugger/],
  ['Yama', { ptraceScope: 1 }, denied, 'ptrace-scope', /sysctl kernel.yama.ptrace_scope=0/],
  ['Yama for good', { ptraceScope: 3 }, denied, 'ptrace-scope', /cProfile/],
  ['macOS', { platform: 'darwin' }, 'This program requires root on OSX', 'needs-root', /root shell/],
  ['any other denial', {}, denied, 'denied', /cProfile/],
  [
    'a program that is not Python',
    { isPython: false, program: 'node' },
    noVersion,
    'not-python',
    /process.pid/,
  ],
  ['a Python that is too new', {}, noVersion, 'unknown-python', /--upgrade py-spy/],
  ['what nobody has seen yet', {}, 'Error: out of luck', 'py-spy-failed', /py-spy dump --pid 7/],
])('%s has one remedy', (_, facts, text, code, remedy) => {
  const problem = explainAttach({ ...usual, ...facts }, text);
  expect(problem.code).toBe(code);
  expect(problem.remedy).toMatch(remedy);
  expect(`${problem.message} ${problem.remedy}`).not.toMatch(/sudo/);
});
