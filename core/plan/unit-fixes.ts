/** What an author most likely meant by a quantity whose unit is missing or written differently. */
import { durationPattern, ratePattern, resolutionPattern } from './units';

const unitWords: Readonly<Record<string, string>> = {
  ms: 'ms',
  msec: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
};

export type Quantity = 'duration' | 'rate' | 'percentage';

export function isQuantity(title: unknown): title is Quantity {
  return title === 'duration' || title === 'rate' || title === 'percentage';
}

/** The text that says what `value` seems to mean; `undefined` where it is anyone's guess. */
export function suggestQuantity(quantity: Quantity, value: string | number): string | undefined {
  const text = String(value).trim().toLowerCase();
  if (text.length > 40) return undefined;
  switch (quantity) {
    case 'duration':
      return suggestDuration(text);
    case 'rate':
      return suggestRate(text);
    case 'percentage': {
      const number = /^(\d+(?:\.\d+)?)(?: *(?:percent|%))?$/.exec(text)?.[1];
      const suggestion = number === undefined ? '' : `${number}%`;
      return resolutionPattern.test(suggestion) ? suggestion : undefined;
    }
  }
}

function suggestDuration(text: string): string | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return `${text}s`;
  const suggestion = text.replace(
    /(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g,
    (_, amount: string, word: string) => `${amount}${unitWords[word] ?? `?${word}`}`,
  );
  return durationPattern.test(suggestion) ? suggestion : undefined;
}

function suggestRate(text: string): string | undefined {
  const [, ramp = '', amount, unit = ''] =
    /^(\d+(?:\.\d+)? *-> *)?(\d+(?:\.\d+)?)\s*((?:\/|per)?\s*[a-z]*)$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const word = unit.replace(/^(?:\/|per)?\s*/, '');
  const known = word === '' || word === 'rps' ? 's' : unitWords[word];
  const suggestion = `${amount}/${known ?? '?'}`;
  return ratePattern.test(suggestion) ? ramp + suggestion : undefined;
}
