/** Proto files that a plan names, with all that they import, for the folder beside the script where k6 looks for them. */
import path from 'node:path';
import type { ProtosBeside } from '../engines/k6/compile/grpc-step';
import { readWithin } from './read-within';

type ProtosReading =
  | {
      readonly ok: true;
      /** Contents by the name of the file, relative to the script. */
      readonly files: ReadonlyMap<string, Uint8Array>;
    }
  | { readonly ok: false; readonly reason: string };

/** Those of gRPC's own services are a few dozen. */
const maxFiles = 500;

/** @param plan the folder of the plan, out of which nothing is read. */
export async function loadProtos(
  plan: string,
  { place, folder, files }: ProtosBeside,
  maxBytes: number,
): Promise<ProtosReading> {
  const found = new Map<string, Uint8Array>();
  const wanted = files.map((file) => ({ file, by: 'the plan' }));
  for (const { file, by } of wanted) {
    const inScript = path.posix.join(place, file);
    if (found.has(inScript)) continue;
    const name = path.posix.join(folder, file);
    if (!isBelow(file)) return refuse(`the proto file ${file} of ${by} is outside of the folder ${folder}`);
    if (found.size >= maxFiles) return refuse(`the proto files of ${folder} are more than ${maxFiles}`);
    const reading = await readWithin(plan, name, maxBytes);
    if (!reading.ok) return refuse(`the proto file ${name}, named by ${by}, ${reading.reason}`);
    found.set(inScript, reading.content);
    for (const imported of importsOf(reading.content.toString('utf8')))
      if (!imported.startsWith(ownOfProtobuf)) wanted.push({ file: imported, by: name });
  }
  return { ok: true, files: found };
}

/** k6 has these itself. */
const ownOfProtobuf = 'google/protobuf/';

/** A path that a copy could be written to without leaving its folder. */
function isBelow(file: string): boolean {
  return !/^[/\\]|^[A-Za-z]:|\\|\0/.test(file) && !path.posix.normalize(file).startsWith('..');
}

/** The files that a proto file imports. Comments are taken out first, and texts are left as they are. */
function importsOf(text: string): string[] {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/.*|\/\*[^]*?\*\//g, (part) =>
    part.startsWith('"') ? part : ' ',
  );
  const statements = bare.matchAll(/(?:^|[;}])\s*import\s+(?:public\s+|weak\s+)?["']([^"'\n]+)["']\s*(?=;)/g);
  return [...statements].map(([, file = '']) => file);
}

function refuse(reason: string): ProtosReading {
  return { ok: false, reason };
}
