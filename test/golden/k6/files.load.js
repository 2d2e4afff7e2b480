// Files beside the plan: phase load. Made by Benchwright; changes are lost when the plan is run.

import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import drain from 'k6/x/drain';
import { sign } from './files/1-sign.js';
import { done } from './files/1-sign.js';

// Every address block but 127.0.0.0/8 and ::1, so that a redirect or a name cannot lead the load elsewhere.
const notLoopback = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '::/128'],
  // For each of the first 127 bits, all zero in ::1, the addresses in which it is the first that is not.
  ...Array.from({ length: 127 }, (_, bit) => {
    const groups = new Array(8).fill('0');
    groups[Math.floor(bit / 16)] = (1 << (15 - (bit % 16))).toString(16);
    return `${groups.join(':')}/${bit + 1}`;
  }),
];

export const options = {
  discardResponseBodies: true,
  maxRedirects: 0,
  systemTags: ['scenario', 'name', 'status', 'error_code'],
  blacklistIPs: notLoopback,
  scenarios: {
    upload: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runUpload' },
  },
};

const loadStart = new Gauge('load_start');

function isMissing(value) {
  return value === undefined || value === null;
}

// Once per user, since a log line per request would cost more than the request.
const warned = new Set();
function warnOnce(message) {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}

function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function rowsOf(file) {
  const rows = JSON.parse(open(file));
  if (rows.length === 0) throw new Error(`${file} has no rows`);
  return rows;
}

function randomRow(rows) {
  return rows[Math.floor(Math.random() * rows.length)];
}

const usersRows = rowsOf('./data/users.json');
const upload2File = http.file(open('./files/2-photo.png', 'b'), 'photo.png', 'image/png');
const upload2Params = { tags: { name: 'POST /photos/${at}' }, timeout: '30s' };
const upload3Url = 'http://127.0.0.1:8080/raw';
const upload3File = http.file(open('./files/2-photo.png', 'b'), 'photo.png');
const upload3Body = { copy: upload3File, size: '3' };
const upload3Params = { tags: { name: 'PUT /raw' }, timeout: '30s' };

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario upload.
export function runUpload() {
  drain.watch(250);
  const users = randomRow(usersRows);

  // script lib/sign.js#sign
  const given1 = { user: users.name, fixed: [1, 'two'] };
  const result1 = sign(given1);
  const signature = result1?.signature;
  const at = result1?.at;
  if (isMissing(signature) || isMissing(at)) {
    warnOnce('lib/sign.js#sign: the function does not return every value to capture (signature, at)');
    return;
  }

  // POST /photos/${at}
  const url2 = `http://127.0.0.1:8080/photos/${encodeURIComponent(at)}`;
  const body2 = { title: `by ${text(users.name)}`, photo: upload2File };
  http.post(url2, body2, upload2Params);

  // PUT /raw
  http.put(upload3Url, upload3Body, upload3Params);

  // script lib/sign.js#done
  const given4 = { signature: signature };
  done(given4);
}
