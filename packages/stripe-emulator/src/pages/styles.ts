/** One sheet for all pages: light and dark, from 320 px up, no fonts or images to load. */
export const STYLES = /* css */ `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f5f8; --card: #ffffff; --line: #d9dce5; --text: #1b1f30; --quiet: #5b6278;
  --accent: #4f46e5; --on-accent: #ffffff; --accent-soft: #eceafd; --bad: #b3261e; --bad-soft: #fdecea;
  --good: #12713f; --good-soft: #e4f5ec; --banner: #fff3d1; --on-banner: #5c4300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11131c; --panel: #191c28; --card: #191c28; --line: #363b4e; --text: #eceef6; --quiet: #a4abc1;
    --accent: #9b95ff; --on-accent: #14122b; --accent-soft: #2a2850; --bad: #ffb4ab; --bad-soft: #43201d;
    --good: #7fd7a5; --good-soft: #17342a; --banner: #3d3108; --on-banner: #ffe08a;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; min-height: 100vh; }
a { color: var(--accent); }
h1 { font-size: 1.35rem; line-height: 1.25; }
h2 { font-size: 1rem; }
ul { list-style: none; padding: 0; }
.banner { background: var(--banner); color: var(--on-banner); font-size: .875rem; padding: .5rem 1rem; text-align: center; }
.quiet { color: var(--quiet); font-size: .875rem; }
.digits, dd, .item-amount, .amount { font-variant-numeric: tabular-nums; }
.digits { overflow-wrap: anywhere; }
.amount { font-size: 2.25rem; font-weight: 650; line-height: 1.2; letter-spacing: -.02em; }
.tag { background: var(--accent-soft); border-radius: 4px; font-size: .8125rem; font-weight: 600; padding: .1rem .4rem; white-space: nowrap; }
.tag.delivered, .tag.complete, .tag.paid { background: var(--good-soft); color: var(--good); }
.tag.failed, .tag.dropped, .tag.past_due, .tag.uncollectible { background: var(--bad-soft); color: var(--bad); }
.default-submit { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px; }

.checkout { display: grid; grid-template-columns: minmax(0, 1fr); }
.summary { background: var(--panel); border-bottom: 1px solid var(--line); padding: 1.5rem 1.25rem; }
.payment { padding: 1.5rem 1.25rem 3rem; }
.summary > *, .payment > * { margin-inline: auto; max-width: 26rem; }
.summary h2 { color: var(--quiet); font-weight: 500; }
.items { margin-block: 1.25rem 1rem; }
.items li, .totals > div, .facts > div { display: flex; gap: 1rem; justify-content: space-between; }
.items li + li { margin-top: .75rem; }
.items li > div, .row > div { min-width: 0; overflow-wrap: anywhere; }
.item-name { font-weight: 550; overflow-wrap: anywhere; }
.totals { border-top: 1px solid var(--line); margin-bottom: 1.25rem; padding-top: .75rem; }
.totals > div { padding-block: .2rem; }
.totals .total { border-top: 1px solid var(--line); font-weight: 650; margin-top: .5rem; padding-top: .6rem; }
.totals .discount dd { color: var(--good); white-space: nowrap; }

.payment h1 { margin-bottom: 1.25rem; }
.field { margin-bottom: 1rem; }
label, legend { display: block; font-size: .875rem; font-weight: 550; margin-bottom: .3rem; padding: 0; }
fieldset { border: 0; min-width: 0; padding: 0; }
legend { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px; }
input { background: var(--page); border: 1px solid var(--line); border-radius: 8px; color: inherit; font: inherit; padding: .6rem .75rem; width: 100%; }
input::placeholder { color: var(--quiet); opacity: .75; }
input[readonly] { background: var(--panel); color: var(--quiet); }
input[aria-invalid] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.pair { display: grid; gap: .75rem; grid-template-columns: 1fr 1fr; }
.with-button { display: flex; gap: .5rem; }
.error { color: var(--bad); font-size: .875rem; margin-top: .3rem; }
.alert, .notice { border-radius: 8px; margin-bottom: 1.25rem; padding: .7rem .9rem; }
.alert { background: var(--bad-soft); color: var(--bad); }
.notice { background: var(--good-soft); color: var(--good); }
.methods { margin-bottom: 1rem; }
.method { align-items: center; border: 1px solid var(--line); display: flex; gap: .5rem; justify-content: space-between; padding-inline: .75rem; }
.method:first-of-type { border-radius: 8px 8px 0 0; }
.method:last-of-type { border-radius: 0 0 8px 8px; }
.method + .method { border-top: 0; }
.method label, .check { align-items: baseline; cursor: pointer; display: flex; flex: 1; flex-wrap: wrap; font-size: 1rem; font-weight: 500; gap: .25rem .6rem; margin: 0; padding-block: .6rem; }
.method:has(:checked) { background: var(--accent-soft); }
.payment:has(input[name="method"]:not([value="new"]):checked) :is(.card-entry, .check) { display: none; }
input[type="radio"], input[type="checkbox"] { accent-color: var(--accent); padding: 0; width: auto; }
.brand { text-transform: capitalize; }
.terms { margin-top: .75rem; text-align: center; }
.answers { display: grid; gap: .6rem; }

button, .button { border: 1px solid transparent; border-radius: 8px; cursor: pointer; font: inherit; font-weight: 600; padding: .6rem 1rem; }
.pay, .button { background: var(--accent); color: var(--on-accent); display: block; text-align: center; text-decoration: none; width: 100%; }
.pay { font-size: 1.0625rem; margin-top: 1.25rem; padding: .8rem 1rem; }
.secondary { background: var(--card); border-color: var(--line); color: var(--text); }
.link { background: none; color: var(--accent); font-size: .875rem; padding: .15rem .3rem; text-decoration: underline; }
.pay:hover, .button:hover { filter: brightness(1.08); }
.secondary:hover, .test-card:hover { border-color: var(--accent); }
.cancel { margin-top: 1rem; text-align: center; }
.test-cards { border: 1px dashed var(--line); border-radius: 8px; margin-top: 1.75rem; padding: .6rem .9rem; }
.test-cards summary { cursor: pointer; font-weight: 550; padding-block: .2rem; }
.test-cards ul { display: grid; gap: .4rem; margin-top: .6rem; }
.test-card { align-items: baseline; background: none; border-color: var(--line); color: var(--text); display: flex; flex-wrap: wrap; font-size: .875rem; font-weight: 500; gap: .25rem .75rem; justify-content: space-between; padding: .45rem .7rem; text-align: left; width: 100%; }
.test-card .digits { color: var(--quiet); }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem 1.25rem; }
.narrow .card { margin: 2rem auto; max-width: 28rem; width: calc(100% - 2rem); }
.message { text-align: center; }
.message > * + * { margin-top: .75rem; }
.mark { border-radius: 50%; font-size: 1.5rem; height: 3rem; line-height: 3rem; margin-inline: auto; width: 3rem; }
.mark.good { background: var(--good-soft); color: var(--good); }
.mark.bank { background: var(--accent-soft); color: var(--accent); font-size: 1.125rem; font-weight: 650; }
.mark.over { background: var(--bad-soft); color: var(--bad); }
.receipt h2 { margin-block: 1.25rem .5rem; }
.facts { margin-top: 1rem; }
.facts dt { color: var(--quiet); flex: none; }
.facts dd { overflow-wrap: anywhere; text-align: right; }

/* The customer portal and its forms. */
.portal { margin-inline: auto; max-width: 44rem; padding: 1.5rem 1rem 3rem; }
.portal > * + * { margin-top: 1rem; }
.portal-head > * + * { margin-top: .25rem; }
.portal .card > h2 { margin-bottom: .5rem; }
.portal details { margin-top: .75rem; }
.portal details > summary { color: var(--accent); cursor: pointer; font-weight: 550; padding-block: .2rem; }
.portal-form { margin-top: 1rem; max-width: 26rem; }
.brand { text-transform: capitalize; }
.danger { background: var(--bad); color: var(--page); }
legend.shown { clip-path: none; height: auto; position: static; width: auto; }
.choice { align-items: baseline; display: flex; font-weight: 400; gap: .6rem; padding-block: .3rem; }
.choice input { width: auto; }
.receipt .items { margin-block: .5rem 1rem; }

.console { margin-inline: auto; max-width: 64rem; padding: 1.5rem 1rem 3rem; }
.console > * + * { margin-top: 1rem; }
.control { align-items: center; display: flex; flex-wrap: wrap; gap: .5rem .75rem; margin-top: .75rem; }
.control label { margin: 0; }
select { background: var(--page); border: 1px solid var(--line); border-radius: 8px; color: inherit; font: inherit; padding: .55rem .75rem; }
.console details > summary { cursor: pointer; font-weight: 650; }
.tiles { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
.tiles > div { background: var(--panel); border-radius: 8px; padding: .6rem .8rem; }
.tiles dt { color: var(--quiet); font-size: .8125rem; }
.tiles dd { font-size: 1.25rem; font-weight: 650; }
.rows { margin-top: .75rem; }
.row { align-items: start; border-top: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; padding-block: .75rem; }
.row > div:first-child { flex: 1 1 16rem; }
.row-side { align-items: baseline; display: flex; flex-wrap: wrap; gap: .35rem .75rem; }

@media (min-width: 56rem) {
  .checkout { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); min-height: calc(100vh - 2.4rem); }
  .summary { border-bottom: 0; border-right: 1px solid var(--line); padding: 3.5rem 3rem; }
  .payment { padding: 3.5rem 3rem; }
  .summary > * { margin-inline: auto 0; }
  .payment > * { margin-inline: 0 auto; }
}
@media (prefers-reduced-motion: no-preference) {
  button, .button, input { transition: border-color .12s, filter .12s; }
}
`;
