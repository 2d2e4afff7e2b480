import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** The permission bits of Unix, such as 0o755. */
  readonly mode: number;
  text(): string;
}

const endOfDirectory = 0x06054b50;

/** Lists a ZIP file by its central directory; enough for files below 4 GB without comment. */
export async function readZip(file: string): Promise<readonly ZipEntry[]> {
  const zip = await readFile(file);
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== endOfDirectory) throw new Error(`${file} does not end like a ZIP file`);
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    entries.push(readEntry(zip, at, nameBytes));
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function readEntry(zip: Buffer, at: number, nameBytes: number): ZipEntry {
  const compressedBytes = zip.readUInt32LE(at + 20);
  const local = zip.readUInt32LE(at + 42);
  const isDeflated = zip.readUInt16LE(at + 10) === 8;
  return {
    name: zip.toString('utf8', at + 46, at + 46 + nameBytes),
    bytes: zip.readUInt32LE(at + 24),
    compressedBytes,
    mode: (zip.readUInt32LE(at + 38) >>> 16) & 0o777,
    text: () => {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const content = zip.subarray(start, start + compressedBytes);
      return (isDeflated ? inflateRawSync(content) : content).toString('utf8');
    },
  };
}
