// Makes the pictures in docs/images anew, from a real run in a real editor: node scripts/screenshots.mjs
import path from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { root } from './constants.mjs';
import { must } from './steps.mjs';

await bootstrap();
await must(path.join(root, 'node_modules/.bin/vitest'), ['run', '--project', 'screenshots'], { cwd: root });
console.log('docs/images is new; look at the pictures before you commit them.');
