/** What py-spy's failure to look into a process means, and the one thing to do about it. */
import type { ProfilerProblem } from '../host/profiler-problem';
import type { AttachFacts } from './attach-facts';

/** @param text what py-spy wrote. Its exit code is 1 whatever happened, and it blames a pid that is right. */
export function explainAttach(facts: AttachFacts, text: string): ProfilerProblem {
  const { pid, program, platform } = facts;
  if (!facts.isThere || (/No such (?:file|process)/i.test(text) && !isDenial(text)))
    return problem('no-process', `process ${pid} is gone`, 'start the target, and keep it up');
  if (isDenial(text) || /requires root/i.test(text)) return explainDenial(facts);
  if (platform === 'linux' && !facts.isPython)
    return problem(
      'not-python',
      `process ${pid} runs ${program}, which is not Python`,
      "name the Python process by the target's `process.pid` or `process.command`",
    );
  if (/python version/i.test(text))
    return problem(
      'unknown-python',
      `py-spy does not know the Python of process ${pid}`,
      'install the newest py-spy with “python3 -m pip install --upgrade py-spy”',
    );
  return problem(
    'py-spy-failed',
    `py-spy cannot look into process ${pid}: ${firstLine(text)}`,
    `try “py-spy dump --pid ${pid}” by hand`,
  );
}

function explainDenial(facts: AttachFacts): ProfilerProblem {
  const { pid, ownUid, targetUid, ptraceScope, tracer } = facts;
  if (facts.platform === 'darwin')
    return problem(
      'needs-root',
      'macOS lets only root look into other processes',
      'run this phase from a root shell',
    );
  if (ownUid !== 0 && targetUid !== undefined && targetUid !== ownUid)
    return problem(
      'other-user',
      `process ${pid} belongs to the user with the id ${targetUid}, and we run as ${ownUid ?? 'another'}`,
      'run Benchwright as that user, or the target as yourself',
    );
  if (ownUid === 0 && !facts.hasCapability)
    return problem(
      'no-capability',
      'root may not look into processes here, as in a container without the capability SYS_PTRACE',
      'start the container with “--cap-add SYS_PTRACE”',
    );
  if (tracer !== undefined)
    return problem(
      'traced',
      `process ${pid} is held by a debugger, process ${tracer}`,
      'end the debugger first',
    );
  if (ptraceScope === 3)
    return problem(
      'ptrace-scope',
      'this system lets nobody look into processes until it is started again (kernel.yama.ptrace_scope is 3)',
      'profile with cProfile, which looks from inside',
    );
  if (ptraceScope > 0)
    return problem(
      'ptrace-scope',
      `this system keeps programs from looking into processes that they did not start (kernel.yama.ptrace_scope is ${ptraceScope})`,
      'let an administrator run “sysctl kernel.yama.ptrace_scope=0”',
    );
  return problem(
    'denied',
    `the system does not let us look into process ${pid}`,
    'profile with cProfile, which looks from inside',
  );
}

function isDenial(text: string): boolean {
  return /permission denied|operation not permitted/i.test(text);
}

function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? 'it says nothing';
  return line.replace(/^Error: /, '').slice(0, 200);
}

function problem(code: string, message: string, remedy: string): ProfilerProblem {
  return { code, message, remedy };
}
