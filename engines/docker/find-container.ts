/** The process that a container began with, as this machine numbers it. */
import * as z from 'zod';
import { askEngine, type EngineAnswer, type EngineQuestion } from './engine';

const inspection = z.object({ State: z.object({ Running: z.boolean(), Pid: z.int().nonnegative() }) });

export async function containerPid(question: EngineQuestion): Promise<EngineAnswer<number>> {
  const read = await askEngine(question, 'json', inspection);
  if (!read.ok) return read;
  const { Running, Pid } = read.value.State;
  return Running && Pid > 0
    ? { ok: true, value: Pid }
    : { ok: false, reason: `the container ${question.container} does not run: start it` };
}
