/** Certificates made with openssl for one test: an authority, services of this machine, and a client. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly ca: string;
  /** For 127.0.0.1. */
  readonly service: KeyPair;
  /** Its time is over. */
  readonly expired: KeyPair;
  /** For `api.example.org` alone. */
  readonly named: KeyPair;
  readonly client: KeyPair;
  /** The key of the client under the password `opens it`. */
  readonly closedKey: string;
}

/** Makes them in a folder, where their files stay. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=ca',
    '-days',
    '2',
  );
  const issue = async (name: string, days: string, extensions: string): Promise<KeyPair> => {
    await writeFile(path.join(folder, `${name}.cnf`), extensions);
    await openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.cnf`];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-days', days, '-out', `${name}.pem`);
    return { cert: await read(`${name}.pem`), key: await read(`${name}.key`) };
  };
  const own = 'subjectAltName=IP:127.0.0.1\n';
  const service = await issue('service', '2', own);
  const expired = await issue('expired', '-1', own);
  const named = await issue('named', '2', 'subjectAltName=DNS:api.example.org\n');
  const client = await issue('client', '2', 'extendedKeyUsage=clientAuth\n');
  await openssl('ec', '-in', 'client.key', '-aes256', '-passout', 'pass:opens it', '-out', 'closed.key');
  return { ca: await read('ca.pem'), service, expired, named, client, closedKey: await read('closed.key') };
}
