/** What the words of expressions and goals mean, for hover, completion and signature help. */

export interface WordMeaning {
  /** How it is written. */
  readonly form: string;
  readonly meaning: string;
  /** What stands between its brackets, where it has some. */
  readonly argument?: string;
}

const subject =
  'A scenario, a step of it (`scenario.step`), or a time of it such as `ttc(scenario)`; without brackets, all requests.';

const word = (form: string, meaning: string, argument?: string): WordMeaning => ({
  form,
  meaning,
  ...(argument === undefined ? {} : { argument }),
});

const inExpressions: Readonly<Record<string, WordMeaning>> = {
  $: word('$', 'The body of the response, read as JSON.'),
  status: word('status', 'The status of the response: a number.'),
  body: word('body', 'The body of the response as text.'),
  headers: word('headers["Name"]', 'A header of the response, by a name of any case.'),
  length: word(
    'length(value)',
    'How many items a list has, or how many characters a text.',
    'A list or a text.',
  ),
  exists: word(
    'exists(value)',
    'Whether the response has it, and it is not null.',
    'A field, such as `$.error`.',
  ),
  in: word('value in [a, b]', 'Whether the value is one of the list.'),
  contains: word('value contains part', 'Whether a text has a part, or a list an item.'),
  matches: word('text matches "pattern"', 'Whether the text has a part that the pattern describes.'),
  and: word('a and b', 'Whether both hold.'),
  or: word('a or b', 'Whether at least one holds.'),
  not: word('not a', 'Whether it does not hold.'),
};

const inGoals: Readonly<Record<string, WordMeaning>> = {
  mean: word('mean(subject)', 'The mean latency.', subject),
  max: word('max(subject)', 'The highest latency.', subject),
  success: word('success(subject)', 'The share of tasks whose `success` held.', subject),
  errors: word('errors(subject)', 'The share of requests that failed.', subject),
  rate: word('rate(subject)', 'Successful requests per second.', subject),
  ttc: word(
    'ttc(scenario)',
    'The time to completion: from the submission of a task to its end.',
    'A scenario with an `await` step.',
  ),
  ttft: word(
    'ttft(scenario)',
    'The time from a request to the first event or message of its stream.',
    'A scenario with a `stream` or `grpcStream` step.',
  ),
  between: word(
    'between(scenario)',
    'The time from one event or message of a stream to the next.',
    'A scenario with a `stream` or `grpcStream` step.',
  ),
  session: word(
    'session(scenario)',
    'The time from the handshake of a WebSocket to its end.',
    'A scenario with a `ws` step.',
  ),
  sent: word(
    'rate(sent(scenario))',
    'Messages that were sent over a WebSocket.',
    'A scenario with a `ws` step.',
  ),
  received: word(
    'rate(received(scenario))',
    'Messages that were received over a WebSocket.',
    'A scenario with a `ws` step.',
  ),
  baseline: word('metric <= baseline + 10%', 'The same figure of the runs that are pinned as the baseline.'),
  plateau: word('plateau', 'Throughput no longer follows the load.'),
};

/** @param kind goals, and the conditions that end a search, have words of their own. */
export function wordMeaning(kind: 'expression' | 'goal', text: string): WordMeaning | undefined {
  if (kind === 'expression') return own(inExpressions, text);
  if (/^p\d+(?:\.\d+)?$/.test(text)) {
    const share = text.slice(1);
    return word(`${text}(subject)`, `The latency that ${share} % of the requests stay within.`, subject);
  }
  return own(inGoals, text);
}

function own(words: Readonly<Record<string, WordMeaning>>, text: string): WordMeaning | undefined {
  return Object.hasOwn(words, text) ? words[text] : undefined;
}
