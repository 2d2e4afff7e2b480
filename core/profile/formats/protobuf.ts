/** The wire format of protocol buffers, as far as pprof uses it: numbers and bytes. */
import { damaged } from '../import-problem';
import { ByteReader } from './byte-reader';

/** Numbers above 2^53 lose their last digits; ids of that size are hashes, of which that leaves enough. */
export type FieldValue = number | Uint8Array;

export interface Field {
  readonly field: number;
  readonly value: FieldValue;
}

export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) {
    const key = varint(reader);
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { field, value: varint(reader) };
        break;
      case 1:
        reader.take(8);
        break;
      case 2:
        yield { field, value: reader.take(varint(reader)) };
        break;
      case 5:
        reader.take(4);
        break;
      default:
        throw damaged(`byte ${reader.position} is not the start of a field`);
    }
  }
}

export function* packedNumbers(bytes: Uint8Array): Generator<number> {
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) yield varint(reader);
}

function varint(reader: ByteReader): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
    const byte = reader.byte();
    value += (byte & 0x7f) * scale;
    // Negative numbers fill all 64 bits.
    if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
  }
  throw damaged(`a number at byte ${reader.position} has no end`);
}
