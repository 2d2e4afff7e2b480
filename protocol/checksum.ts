/** CRC-32 as in IEEE 802.3, gzip and Go's hash/crc32. */

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/**
 * @param ascii text whose characters are bytes.
 * @returns eight lower-case hexadecimal digits, or `undefined` where a character lies beyond ASCII.
 */
export function checksum(ascii: string): string | undefined {
  let sum = 0xffffffff;
  for (let i = 0; i < ascii.length; i++) {
    const byte = ascii.charCodeAt(i);
    if (byte > 0x7f) return undefined;
    sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}
