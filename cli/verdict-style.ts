import type { Style } from './terminal';

export function verdictStyle(word: string): Style {
  if (word === 'pass' || word === 'held') return 'green';
  if (word === 'running') return 'cyan';
  return word === 'fail' || word === 'broken' ? 'red' : 'yellow';
}
