/** An iteration as a transcript that is written while it happens. */
import type {
  Excerpt,
  IterationAnswer,
  IterationCapture,
  IterationCondition,
  IterationEvent,
} from '../core/run/iteration';
import { isBroken } from '../core/run/iteration';
import { answerWords, conditionMark, conditionWords, valueWords } from '../core/run/iteration-words';
import { plain, type Style, type Terminal } from './terminal';

const shownLines = 12;
const shownWidth = 400;

export function tellIteration(terminal: Terminal, event: IterationEvent): void {
  terminal.emit(event);
  const say: Say = (text, ...styles) => {
    terminal.say(terminal.style(plain(text), ...styles));
  };
  switch (event.kind) {
    case 'answer':
      tellAnswer(event, say);
      return;
    case 'captured':
      tellCapture(event, say);
      return;
    case 'condition':
      tellCondition(event, say);
      return;
    case 'left-out':
      say(`  … ${event.count} more of the same`, 'dim');
      return;
    case 'log':
      say(`  ${event.level}: ${event.message}`, event.level === 'error' ? 'red' : 'yellow');
      return;
    case 'over':
      tellEnd(event, say);
  }
}

type Say = (text: string, ...styles: Style[]) => void;

function tellCapture({ name, value }: IterationCapture, say: Say): void {
  const isMissing = value === null;
  say(`  ${isMissing ? '✗' : '='} ${name} = ${valueWords(value)}`, isMissing ? 'red' : 'cyan');
}

function tellCondition(event: IterationCondition, say: Say): void {
  const mark = conditionMark(event);
  say(`  ${mark} ${conditionWords(event)}`, isBroken(event) ? 'red' : mark === '✓' ? 'green' : 'dim');
}

function tellEnd({ fault, isWhole }: Extract<IterationEvent, { readonly kind: 'over' }>, say: Say): void {
  say('');
  if (fault !== null) say(`Not finished: ${fault}.`, 'red');
  else if (isWhole) say('Every step was taken.');
  else say('The iteration ended before its last step.', 'red');
}

function tellAnswer(event: IterationAnswer, say: Say): void {
  const { request, place } = event;
  say('');
  say(`${place.file}:${place.start.line + 1} ${event.step} → ${answerWords(event)}`, 'bold');
  say(`  > ${request.method} ${request.url}`);
  tellMessage('>', request.headers, request.body, say);
  tellMessage('<', event.headers, event.body, say);
}

function tellMessage(
  mark: '>' | '<',
  headers: Readonly<Record<string, string>>,
  body: Excerpt | null,
  say: Say,
): void {
  for (const [name, value] of Object.entries(headers)) say(`  ${mark} ${name}: ${value}`, 'dim');
  if (body === null || body.text === '') return;
  const lines = body.text.split('\n');
  const shown = lines.slice(0, shownLines).map((line) => line.slice(0, shownWidth));
  for (const line of shown) say(`  ${mark} ${line}`);
  const told = shown.join('\n').length;
  if (told < body.length) say(`  ${mark} … ${body.length - told} more characters`, 'dim');
}
