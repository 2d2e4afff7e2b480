import type { OutsideNames } from '../service/reference-completion';

const marker = 'BENCHWRIGHT_SECRET_';

/** Names alone: values are read where a run starts, and nowhere else. */
export function outsideNames(): OutsideNames {
  const env = Object.keys(process.env);
  const secret = env.filter((name) => name.startsWith(marker)).map((name) => name.slice(marker.length));
  return { env: env.filter((name) => !name.startsWith(marker)), secret };
}
