// The page's style sheet. Contrast is at least 4.5 to 1, in the light and in the dark.
import { markup } from './report-markup.ts';

export const reportStyle = markup`
:root { color-scheme: light dark; --text: #1c2024; --page: #ffffff; --soft: #f3f4f6; --line: #c4c9d0; --muted: #4b5563;
  --passed: #146c2e; --failed: #b3141b; --warned: #855000; --notDecided: #4b5563; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --page: #14171a; --soft: #20252a; --line: #4a525b; --muted: #b3bac2;
    --passed: #7ddc95; --failed: #ff9a94; --warned: #f5c06a; --notDecided: #b3bac2; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin: 0; }
.facts div { display: flex; gap: 0.5rem; }
dt { color: var(--muted); }
dd { margin: 0 0 0.25rem; }
.verdict { font-size: 1.15rem; font-weight: 600; border-left: 0.3rem solid; padding-left: 0.75rem; }
.cards { display: flex; flex-wrap: wrap; gap: 0.75rem; padding: 0; list-style: none; }
.cards li { padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-radius: 0.4rem; background: var(--soft); }
.cards strong { font-size: 1.3rem; margin-right: 0.25rem; }
.passed { color: var(--passed); } .failed { color: var(--failed); } .warned { color: var(--warned); } .notDecided, .none { color: var(--notDecided); }
.outcome { white-space: nowrap; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } thead th { background: var(--soft); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.checks td:nth-child(2) { width: 70%; overflow-wrap: anywhere; }
summary { cursor: pointer; } .note { display: block; padding-left: 1rem; color: var(--muted); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.75rem; overflow: auto; max-height: 30rem; white-space: pre-wrap; }
figure { margin: 0; } figcaption { color: var(--muted); }
svg { width: 100%; height: auto; } svg text { fill: currentColor; font-size: 12px; font-family: inherit; }
.grid { stroke: var(--line); stroke-width: 1; } .ready { stroke: var(--passed); stroke-width: 2; stroke-dasharray: 4 3; }
.ok { fill: var(--passed); } .networked { fill: none; stroke: var(--warned); stroke-width: 2; } .not-ok { fill: none; stroke: var(--failed); stroke-width: 2; }
@media print {
  :root { --text: #000; --page: #fff; --soft: #fff; --line: #999; --muted: #333; --passed: #146c2e; --failed: #b3141b; --warned: #855000; --notDecided: #333; }
  details::details-content { content-visibility: visible; block-size: auto; }
  pre { max-height: none; overflow: visible; } tr, figure { break-inside: avoid; } .scroll { overflow: visible; }
}
`;
