/**
 * The lines of `stream.ndjson`: one JSON object each, in ASCII, `"v"` first and a checksum last. What the fields mean
 * is told by docs/wire-format.md.
 */
import type {
  GeneratorChange,
  LogCell,
  MetricCell,
  RequestCell,
  ResourceReading,
  StreamRecord,
} from '../core/measure/record';
import { checksum } from './checksum';
import { wireRecord } from './wire-schema';

/** The version of the format that this program writes, and the only one it reads. */
const streamVersion = 1;

/**
 * `damaged-line`: torn, or altered after it was written. `newer-version`: written by a later Benchwright.
 * `unknown-record`: whole, but not a record of this version.
 */
export interface StreamProblem {
  readonly code: 'damaged-line' | 'newer-version' | 'unknown-record';
  /** One sentence, without a final full stop. */
  readonly message: string;
}

export type DecodedLine =
  | { readonly ok: true; readonly record: StreamRecord }
  | { readonly ok: false; readonly problem: StreamProblem };

const tail = /^,"crc":"([0-9a-f]{8})"\}$/;
const tailLength = 18;

/** Reads one line, without its line feed. Never throws. */
export function decodeLine(line: string): DecodedLine {
  const sealed = tail.exec(line.slice(-tailLength));
  if (sealed === null) return refuse('damaged-line', 'the line is torn: it does not end in a checksum');
  if (checksum(line.slice(0, -tailLength)) !== sealed[1]) {
    return refuse('damaged-line', 'the line was altered: its checksum does not fit');
  }
  const value = parse(line);
  if (value === undefined) return refuse('unknown-record', 'the line is no JSON object');
  return decodeValue(value);
}

function decodeValue(value: object): DecodedLine {
  const version: unknown = 'v' in value ? value.v : undefined;
  if (typeof version === 'number' && version > streamVersion) {
    return refuse(
      'newer-version',
      `the record has version ${version} of the format, this Benchwright reads version ${streamVersion}: update it to read this run`,
    );
  }
  if (version !== streamVersion)
    return refuse('unknown-record', 'the record states no version of the format');
  const read = wireRecord.safeParse(value);
  if (read.success) return { ok: true, record: read.data };
  const issue = read.error.issues[0];
  const place = issue?.path.map(String).join('.') ?? '';
  return refuse('unknown-record', `the record is not of this format at “${place}”: ${issue?.message ?? ''}`);
}

function refuse(code: StreamProblem['code'], message: string): DecodedLine {
  return { ok: false, problem: { code, message } };
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Writes a record as one line, without its line feed.
 *
 * @param record its numbers are finite.
 */
export function encodeRecord(record: StreamRecord): string {
  const body = ascii(JSON.stringify({ v: streamVersion, ...wireOf(record) })).slice(0, -1);
  return `${body},"crc":"${checksum(body) ?? ''}"}`;
}

/** Characters beyond ASCII, and DEL, as `\u` with four digits. */
function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The record with the keys of a line, in their order; absent ones are left out by JSON.stringify. */
function wireOf(record: StreamRecord): object {
  const { kind, source, phase, seq, timeMs: time } = record;
  const head = { kind, source, phase, seq, time };
  switch (record.kind) {
    case 'start':
      return { ...head, pid: record.pid, generators: record.generators, port: record.port };
    case 'clock':
      return head;
    case 'end':
      return { ...head, error: record.error };
    case 'resources': {
      const { component, readings, gap } = record;
      return { ...head, component, readings: readings.map(wireReading), gap };
    }
    case 'tick':
      return {
        ...head,
        duration: record.durationMs,
        users: record.users,
        usersMax: record.usersMax,
        iterations: record.iterations,
        dropped: record.dropped,
        bytesSent: record.bytesSent,
        bytesReceived: record.bytesReceived,
        cpu: record.cpuUs,
        rss: record.rssBytes,
        generators: record.generators,
        busiest: record.busiest,
        changes: record.changes?.map(wireChange),
        requests: record.requests.map(wireRequest),
        metrics: record.metrics.map(wireMetric),
        log: record.log.map(wireLog),
      };
  }
}

function wireChange({ number, what, atMs, untilMs }: GeneratorChange): object {
  return { g: number, what, at: atMs, until: untilMs };
}

function wireRequest(cell: RequestCell): object {
  return {
    s: cell.scenario,
    n: cell.step,
    o: cell.outcome,
    at: cell.at,
    c: cell.count,
    sum: cell.sumUs,
    min: cell.minUs,
    max: cell.maxUs,
    wait: cell.waitUs,
    nc: cell.newConnections,
    conn: cell.connectUs,
    st: cell.statuses,
    ec: cell.errorCodes,
    h: cell.histogram.toPairs(),
  };
}

function wireMetric(cell: MetricCell): object {
  const { metric: m, type: t, scenario: s, step: n, outcome: o, at, count: c } = cell;
  const head = { m, t, s, n, o, at, c };
  switch (cell.type) {
    case 'trend':
      return { ...head, sum: cell.sum, min: cell.min, max: cell.max, h: cell.histogram.toPairs() };
    case 'rate':
      return { ...head, p: cell.passes };
    case 'counter':
      return { ...head, sum: cell.sum };
    case 'gauge':
      return { ...head, value: cell.value, min: cell.min, max: cell.max };
  }
}

function wireLog(cell: LogCell): object {
  return { l: cell.level, message: cell.message, c: cell.count };
}

function wireReading({ metric: m, instance: i, value, limit }: ResourceReading): object {
  return { m, i, value, limit };
}
