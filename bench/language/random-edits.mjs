// A server that is edited at random for as long as nobody types in a day: it must answer to the end and stay small.
import { nextDiagnostics, startServer } from './client.mjs';

const pieces = [
  '\n',
  ' ',
  '  ',
  ':',
  '-',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '${',
  '#',
  '&a ',
  '*a',
  '|\n',
  'name: x',
  'get: /',
  '1s',
];

/** Edits are made in bundles of a hundred; after each the server is asked for something, and waited for. */
export async function editRandomly(program, text, count) {
  const client = await startServer(program, { settings: {}, folder: 'file:///bench/' });
  const uri = 'file:///bench/edited.bench.yaml';
  await client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'benchwright-plan', version: 1, text },
  });
  const random = seeded(1);
  const early = [];
  const late = [];
  let current = text;
  let version = 1;
  let startMb = 0;
  for (let done = 0; done < count; done += 100) {
    const contentChanges = [];
    // Every so often the plan is whole again, or there would soon be nothing to understand.
    if (done % 2000 === 0) {
      contentChanges.push({ text });
      current = text;
    }
    for (let index = 0; index < 100; index += 1) {
      const at = Math.floor(random() * current.length);
      const removed = random() < 0.5 ? Math.floor(random() * 4) : 0;
      const added = random() < 0.6 ? pieces[Math.floor(random() * pieces.length)] : '';
      contentChanges.push({ range: rangeOf(current, at, at + removed), text: added });
      current = current.slice(0, at) + added + current.slice(at + removed);
    }
    version += 1;
    const told = nextDiagnostics(client.connection, uri, version);
    const started = performance.now();
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
    const position = rangeOf(current, Math.floor(random() * current.length)).start;
    const method = ['completion', 'hover', 'definition', 'formatting'][(done / 100) % 4];
    const options = { tabSize: 2, insertSpaces: true };
    await client.connection.sendRequest(`textDocument/${method}`, {
      textDocument: { uri },
      position,
      options,
    });
    await told;
    (done < count / 2 ? early : late).push(performance.now() - started);
    if (done === 10_000) startMb = client.memoryMb();
  }
  const endMb = client.memoryMb();
  client.stop();
  const [before, after] = [early, late].map(
    (times) => times.reduce((sum, time) => sum + time, 0) / times.length,
  );
  console.log(`${count} edits in one process, every bundle answered`);
  console.log(
    `a bundle took ${before.toFixed(1)} ms in the first half, ${after.toFixed(1)} ms in the second`,
  );
  console.log(`memory after 10,000 edits ${startMb.toFixed(0)} MB, at the end ${endMb.toFixed(0)} MB`);
  if (endMb > startMb * 1.5 + 20 || after > before * 2) process.exitCode = 1;
}

function rangeOf(text, start, end = start) {
  const place = (offset) => {
    const before = text.slice(0, offset);
    const line = before.split('\n').length - 1;
    return { line, character: offset - (before.lastIndexOf('\n') + 1) };
  };
  return { start: place(start), end: place(Math.min(end, text.length)) };
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
