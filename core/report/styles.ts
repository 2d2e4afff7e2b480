/** The looks of a report: light or dark as the reader's system is, and always light on paper. */
const light = `
--page: #ffffff; --text: #1f2328; --muted: #5b636e; --line: #d5dae0; --surface: #f5f7f9;
--good: #116329; --bad: #b3201b; --warn: #7a4d00; --window: #0969da12; --hot: #fff1c9; --link: #0758b8;
--s0: #0b62c4; --s1: #8a3fc7; --s2: #b35300; --s3: #14733a; --s4: #a8324a;`;

const dark = `
--page: #14171c; --text: #e4e8ed; --muted: #9da7b3; --line: #353c45; --surface: #1c2127;
--good: #56c271; --bad: #ff8078; --warn: #e0b04a; --window: #58a6ff17; --hot: #4a3a08; --link: #79b8ff;
--s0: #62acff; --s1: #c592f5; --s2: #f2a45c; --s3: #5fcb85; --s4: #f58ba0;`;

export const styles = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0 0 8px; font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 44px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 21px; overflow-wrap: anywhere; }
h3 { margin: 28px 0 8px; font-size: 16px; overflow-wrap: anywhere; }
h4 { margin: 20px 0 8px; font-size: 15px; overflow-wrap: anywhere; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
ul { margin: 8px 0; padding-left: 20px; }
li { overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--link); overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .muted { color: var(--muted); }
.badge { display: inline-block; padding: 1px 10px; border: 1px solid currentColor; border-radius: 6px; font-size: 15px; vertical-align: 4px; letter-spacing: 0.03em; }
dl { display: grid; grid-template-columns: minmax(120px, 270px) 1fr; gap: 6px 20px; margin: 8px 0 12px; }
dt { color: var(--muted); overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 8px 0 12px; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 500; white-space: nowrap; }
td.word { min-width: 96px; max-width: 460px; overflow-wrap: break-word; }
td.word:first-child { min-width: 150px; }
th.figure, td.figure { text-align: right; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 24px 32px; margin-top: 12px; }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figcaption { color: var(--muted); overflow-wrap: anywhere; }
figcaption strong { color: var(--text); font-weight: 600; }
figure p { margin: 4px 0 0; font-size: 13px; }
figure svg { display: block; }
figure svg[viewBox] { width: 100%; height: auto; margin-top: 4px; }
svg text { fill: var(--muted); font-size: 11px; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.legend { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 13px; }
.key { display: inline-flex; align-items: center; gap: 5px; overflow-wrap: anywhere; }
.key svg { flex: none; }
.grid { stroke: var(--line); stroke-width: 1; }
.window { fill: var(--window); }
.limit { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 5 3; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); stroke-dasharray: 6 4; } .s2 { stroke: var(--s2); stroke-dasharray: 1.5 4; }
.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--s4); stroke-dasharray: 3 3; }
.dot { stroke-dasharray: none; }
.dot.s0 { fill: var(--s0); } .dot.s1 { fill: var(--s1); }
.pictures { display: grid; gap: 20px; margin: 16px 0; }
.pictures img { display: block; width: 100%; max-width: 1000px; height: auto; margin-top: 4px; border: 1px solid var(--line); border-radius: 6px; }
.code { margin: 12px 0; }
pre { overflow-x: auto; margin: 4px 0 0; padding: 10px 0; background: var(--surface); border-radius: 6px; font: 13px/1.5 ui-monospace, monospace; }
pre span { display: block; width: max-content; min-width: 100%; padding: 0 12px; }
.hot { background: var(--hot); }
@media (max-width: 640px) { main { padding: 20px 14px 40px; } td.word:not(:first-child) { min-width: 220px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
@media print {
  @page { margin: 16mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h3, h4 { break-after: avoid; }
  tr { break-inside: avoid; }
  table { font-size: 8.5pt; }
  th, td { padding-right: 10px; }
  th, th.figure, td.figure { white-space: normal; }
  .wide, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
  pre span { width: auto; }
  td.word, td.word:first-child { min-width: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 14px 18px; }
  .window, .hot, pre { print-color-adjust: exact; }
}
`;
