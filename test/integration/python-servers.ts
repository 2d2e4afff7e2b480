/** Web services of Python on the servers that people use, each of which can be profiled from inside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { demoRequirements, ensurePython } from '../../scripts/python-env.mjs';
import { canListen } from './demo-plan';
import { eventually } from './processes';

const serverRequirements = path.resolve('test/python/requirements-servers.txt');
const hookFolder = path.resolve('engines/cprofile/hook');

/** All of them do the same work, by a name of their own. */
const work = `
def work(n=4000):
    return sum(len(str(i)) for i in range(n))
`;

const programs = {
  'plain_asgi.py': `${work}
async def handle_asgi():
    return str(work()).encode()

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = await handle_asgi()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
`,
  'plain_wsgi.py': `${work}
def handle_wsgi():
    return str(work()).encode()

def app(environ, start_response):
    body = handle_wsgi()
    start_response("200 OK", [("content-length", str(len(body)))])
    return [body]

if __name__ == "__main__":
    import sys
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_):
            pass

    make_server("127.0.0.1", int(sys.argv[1]), app, handler_class=Quiet).serve_forever()
`,
  'fast_api.py': `${work}
from fastapi import FastAPI
app = FastAPI()

@app.get("/async")
async def handle_async():
    return work()

@app.get("/sync")
def handle_sync():
    return work()
`,
};

const commands = {
  'uvicorn with two workers': (port: string) => [
    '-m',
    'uvicorn',
    'plain_asgi:app',
    '--port',
    port,
    '--workers',
    '2',
  ],
  'gunicorn with two workers': (port: string) => [
    '-m',
    'gunicorn',
    'plain_wsgi:app',
    '-b',
    `127.0.0.1:${port}`,
    '-w',
    '2',
  ],
  wsgiref: (port: string) => ['plain_wsgi.py', port],
  'FastAPI under uvicorn': (port: string) => ['-m', 'uvicorn', 'fast_api:app', '--port', port],
};

export type ServerName = keyof typeof commands;

export interface PythonServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** @param folder where its program is written; sockets of the hook are below it. */
export async function startPythonServer(name: ServerName, folder: string): Promise<PythonServer> {
  const python = await ensurePython([demoRequirements, serverRequirements]);
  for (const [file, text] of Object.entries(programs)) await writeFile(path.join(folder, file), text);
  const port = await freePort();
  const child = spawn(python, commands[name](String(port)), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its group is ended as a whole: a server that is killed leaves its workers.
    detached: true,
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: hookFolder,
      PYTHONDONTWRITEBYTECODE: '1',
      XDG_RUNTIME_DIR: folder,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const url = `http://127.0.0.1:${port}`;
  await eventually(`an answer of ${name}`, 30_000, async () => {
    if (child.exitCode !== null) throw new Error(said);
    return fetch(`${url}/async`).then(
      () => true,
      () => false,
    );
  });
  return { url, port, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  for (let port = 30_000 + (process.pid % 20_000); port < 60_000; port += 1)
    if (await canListen(port)) return port;
  throw new Error('no port is free');
}
