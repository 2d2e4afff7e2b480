/** The functions of a traced script that tell what it does. */
import { traceMark } from '../../../core/run/iteration';

export const traceRuntime = {
  trace: `// Tells one thing. Of a step that does the same again and again, the first ones and the last.
const told = { count: 0, byStep: {}, kept: [], leftOut: 0 };
function trace(event) {
  if (told.kept.length > 0 && told.kept[0].step !== event.step) traceKept();
  const count = (told.byStep[event.step] || 0) + 1;
  told.byStep[event.step] = count;
  if (count <= 24) {
    traceLine(event);
    return;
  }
  told.kept.push(event);
  if (told.kept.length <= 8) return;
  told.kept.shift();
  told.leftOut += 1;
}`,
  traceLine: `// Numbered, since equal lines of the log are told once.
function traceLine(event) {
  told.count += 1;
  if (told.count <= 170) console.log('${traceMark}' + JSON.stringify({ number: told.count, ...event }));
}`,
  traceKept: `function traceKept() {
  const { kept, leftOut } = told;
  told.kept = [];
  told.leftOut = 0;
  if (leftOut > 0) traceLine({ kind: 'left-out', step: kept[0].step, count: leftOut });
  for (const event of kept) traceLine(event);
}`,
  traceText: `// Whoever reads the log takes secrets out before anything is cut short.
function traceText(value) {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? null : { text: text.slice(0, 65536), length: text.length };
}`,
  traceAnswer: `function traceAnswer(step, answer, sent) {
  const { timings, error, json, events } = answer;
  const body = events && events.length > 0 ? events.join('\\n') : answer.body;
  const request = sent || answer.request || {};
  trace({
    kind: 'answer',
    step,
    request: {
      method: request.method || '',
      url: request.url || '',
      headers: request.headers || {},
      body: traceText(request.body || undefined),
    },
    status: answer.status || 0,
    headers: answer.headers || {},
    body: traceText(body === undefined || body === '' ? (typeof json === 'function' ? undefined : json) : body),
    error: typeof error === 'string' ? error : '',
    tookMs: timings ? timings.blocked + timings.duration : answer.tookMs || 0,
  });
}`,
  traceCaptures: `function traceCaptures(step, values) {
  trace({ kind: 'captured', step, values: values.map(([name, value]) => ({ name, value: traceText(value) })) });
}`,
  traceCondition: `// Neither true nor false: nothing is decided.
function traceCondition(step, keys, text, decision, values) {
  trace({
    kind: 'condition',
    step,
    keys,
    text,
    held: typeof decision === 'boolean' ? decision : null,
    values: values.map(([name, value]) => ({ name, value: traceText(value) })),
  });
}`,
  traceEnd: `function traceEnd(isWhole) {
  traceKept();
  traceLine({ kind: 'end', step: -1, isWhole });
}`,
} as const;

/** The functions that others of them call. */
export const traceNeeds = {
  trace: ['traceKept', 'traceLine'],
  traceKept: ['traceLine'],
  traceAnswer: ['trace', 'traceKept', 'traceLine', 'traceText'],
  traceCaptures: ['trace', 'traceKept', 'traceLine', 'traceText'],
  traceCondition: ['trace', 'traceKept', 'traceLine', 'traceText'],
  traceEnd: ['trace', 'traceKept', 'traceLine'],
} as const;
