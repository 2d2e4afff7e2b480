import { must, onPath, StepFailure } from './steps.mjs';

const programs = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const remedy = 'install Chrome or Chromium, or name one: CHROME=/path/to/chrome';

/** The browser that the tests drive: $CHROME, else one on PATH; undefined when there is none. */
export function findBrowser() {
  return process.env.CHROME || programs.map(onPath).find((found) => found !== undefined);
}

/** Makes sure that there is a browser; installs Debian's Chromium where that is allowed. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined)
    throw new StepFailure('no Chrome or Chromium on PATH', remedy);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env }, remedy);
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env }, remedy);
  return findBrowser();
}
