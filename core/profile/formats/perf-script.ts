/**
 * The text of `perf script`: per sample a line with program, thread, time and event, then one indented line per frame
 * from the innermost out. The event's period is the weight: of a clock it is nanoseconds.
 */
import { ProfileBuilder } from '../builder';
import type { Profile } from '../profile';
import { linesOf } from './text-lines';

/** `python3 24156/24198 [001] 12830.882814:   10101010 cpu-clock:ppp:`; some of it may be missing. */
const header =
  /^(\S.*?)\s+(\d+(?:\/\d+)?)\s+(?:\[\d+\]\s+)?(\d+\.\d+):\s+(?:(\d+)\s+)?([A-Za-z][\w.-]*)(?::\S*)?\s*$/;
const frameLine = /^\s+([0-9a-f]+) (.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$/;

/** A line longer than this is no line of perf; it would only cost time to match. */
const longestLine = 10_000;

export function importPerfScript(text: string, fileName: string): Profile {
  const reader = new SampleReader();
  for (const line of linesOf(text)) {
    if (line.length > longestLine || line.startsWith('#')) continue;
    const frame = frameLine.exec(line);
    if (frame !== null) reader.frame(frame[2] ?? '', frame[1] ?? '', frame[3] ?? '');
    else reader.header(header.exec(line));
  }
  return reader.finish(fileName);
}

class SampleReader {
  readonly #builder = new ProfileBuilder();
  #sample: { weight: number; timeMs: number; thread: number; frames: number[] } | undefined;
  #event: string | undefined;
  #startMs = 0;

  frame(symbol: string, address: string, object: string): void {
    if (this.#sample === undefined) return;
    this.#builder.checkDepth(this.#sample.frames.length + 1);
    this.#sample.frames.push(this.#builder.frame(readFrame(symbol, address, object)));
  }

  /** A line that is neither frame nor header ends a sample too. */
  header(found: RegExpExecArray | null): void {
    this.#close();
    if (found === null) return;
    const [, program = '', thread = '', seconds = '0', period = '1', event = ''] = found;
    if (this.#event === undefined) {
      this.#event = event;
      this.#startMs = Number(seconds) * 1000;
    }
    // Events of another kind cannot be added to those of the first.
    if (event !== this.#event) return;
    this.#sample = {
      weight: Number(period),
      timeMs: Number(seconds) * 1000 - this.#startMs,
      thread: this.#builder.thread(`${program} ${thread}`),
      frames: [],
    };
  }

  finish(fileName: string): Profile {
    this.#close();
    const unit = /clock/.test(this.#event ?? '') ? 'ns' : 'count';
    return this.#builder.finish({ name: fileName, producer: 'perf', unit, isInOrder: true });
  }

  #close(): void {
    if (this.#sample === undefined) return;
    const { frames, weight, ...place } = this.#sample;
    this.#builder.sample(this.#builder.stackOf(frames.reverse()), weight, place);
    this.#sample = undefined;
  }
}

/** `name+0x12 (object)`. Python writes its functions as `py::name:file` where it was started with `-X perf`. */
function readFrame(symbol: string, address: string, object: string): { name: string; file: string } {
  const name = symbol.replace(/\+0x[0-9a-f]+$/, '');
  const python = /^py::(.*):([^:]+)$/.exec(name);
  if (python !== null) return { name: python[1] ?? '', file: python[2] ?? '' };
  const where = object === '[unknown]' ? '' : object;
  return { name: name === '[unknown]' ? `[unknown 0x${address}]` : name, file: where };
}
