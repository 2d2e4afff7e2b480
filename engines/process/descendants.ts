/** What a process started, told by the kernel for each of its threads: cheaper than a look at every process. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A process and all that it started, itself first. */
export async function descendantsOf(root: number, proc: string): Promise<number[]> {
  const tree = [root];
  for (const pid of tree) {
    if (tree.length > maxTree) break;
    tree.push(...(await childrenOf(pid, proc)));
  }
  return tree.slice(0, maxTree);
}

const maxTree = 128;

async function childrenOf(pid: number, proc: string): Promise<number[]> {
  const tasks = path.join(proc, String(pid), 'task');
  let threads: string[];
  try {
    threads = await readdir(tasks);
  } catch {
    return [];
  }
  const texts = await Promise.all(
    threads.map((thread) => readText(path.join(tasks, thread, 'children')).then((text) => text ?? '')),
  );
  return texts.flatMap((text) =>
    text
      .split(' ')
      .filter((child) => /^\d+$/.test(child))
      .map(Number),
  );
}

/** `undefined` where the thread is gone. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
