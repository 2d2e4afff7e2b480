/** Texts that a server, a plan or a file could put where a name is expected. Each would set `window.ran` if it ran. */
const code = 'window.ran=1';

const markup = [
  `<script>${code}</script>`,
  `"><script>${code}</script>`,
  `</script><script>${code}</script>`,
  `</title><script>${code}</script>`,
  `</style><script>${code}</script>`,
  `<img src=x onerror=${code}>`,
  `<img src="http://attacker.test/leak.png">`,
  `<svg onload=${code}>`,
  `<svg><script>${code}</script></svg>`,
  `<iframe src="javascript:${code}"></iframe>`,
  `<iframe srcdoc="<script>parent.${code}</script>"></iframe>`,
  `<a href="javascript:${code}">x</a>`,
  `<a href="command:workbench.action.terminal.new">x</a>`,
  `<form action="http://attacker.test"><input autofocus onfocus=${code}></form>`,
  `<body onload=${code}>`,
  `<style>@import "http://attacker.test/x.css";</style>`,
  `<link rel=stylesheet href="http://attacker.test/x.css">`,
  `<meta http-equiv=refresh content="0;url=http://attacker.test">`,
  `<object data="http://attacker.test"></object>`,
  `<math><mtext><script>${code}</script></mtext></math>`,
  `<details open ontoggle=${code}>`,
  `<video><source onerror=${code}></video>`,
  `' onmouseover='${code}`,
  `" style="background:url(http://attacker.test)`,
  `--><script>${code}</script><!--`,
];

const wrappers: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase().replaceAll('WINDOW.RAN', 'window.ran'),
  (text) => `\u202e${text}\u2028`,
  (text) => `name ${text} name`,
  (text) => text.replaceAll('<', '&lt;'),
  (text) => `{{${text}}}\${${text}}`,
];

export const hostileTexts: readonly string[] = wrappers.flatMap((wrap) => markup.map(wrap));
