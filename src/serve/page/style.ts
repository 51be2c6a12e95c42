/** Light and dark by the reader's choice; contrast is above 4.5 to 1 in both. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1c1e21;--quiet:#53585f;--back:#fff;--line:#d5d8dc;--card:#f4f5f7;--pass:#0b6b2e;--fail:#a31515;--inconclusive:#7a4a00;--same:#8fa3b8;--old:#1f5fbf;--candidate:#b5401a}
@media (prefers-color-scheme:dark){:root{--text:#e8eaed;--quiet:#b0b5bc;--back:#16181b;--line:#3a3e44;--card:#202327;--pass:#6fd693;--fail:#ff8f8f;--inconclusive:#f2c063;--same:#5d7288;--old:#7fb0ff;--candidate:#ff9d75}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back)}
main{max-width:72rem;margin:0 auto;padding:1rem}
.card{background:var(--card);border-left:.5rem solid var(--quiet);padding:1rem 1.25rem;border-radius:.25rem}
.card.pass{border-color:var(--pass)}.card.fail{border-color:var(--fail)}.card.inconclusive{border-color:var(--inconclusive)}
h1{font-size:1.6rem;line-height:1.25;margin:.25rem 0}.card.pass h1{color:var(--pass)}.card.fail h1{color:var(--fail)}.card.inconclusive h1{color:var(--inconclusive)}
h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
p{margin:.4rem 0}.quiet{color:var(--quiet)}
.reasons{margin:.5rem 0;padding-left:1.2rem;overflow-wrap:anywhere}
nav a{display:inline-block;padding:.25rem .6rem;border:1px solid var(--line);border-radius:1rem;color:inherit;text-decoration:none}
nav a[aria-current]{background:var(--text);color:var(--back)}
nav{margin-top:.5rem}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem;margin:1rem 0}
.numbers div{background:var(--card);padding:.5rem .75rem;border-radius:.25rem}
.numbers dt{color:var(--quiet);font-size:.85rem}.numbers dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
.numbers .bad dd{color:var(--fail)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:46rem;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--quiet);font-weight:600}td.number{text-align:right;font-variant-numeric:tabular-nums}
td:nth-child(2){overflow-wrap:anywhere;min-width:16rem}
.badge{font-weight:600}.badge.breaking{color:var(--fail)}.badge.risky{color:var(--inconclusive)}
.fresh{color:var(--candidate)}
figure{margin:0 0 1rem}figcaption{margin-bottom:.25rem}
.chart{width:100%;height:8rem;background:var(--card);display:block}.spark{width:6rem;height:1.2rem;vertical-align:middle}
rect.same{fill:var(--same)}rect.different{fill:var(--fail)}rect.uncomparable{fill:var(--inconclusive)}
polyline{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}polyline.old{stroke:var(--old)}polyline.candidate{stroke:var(--candidate);stroke-dasharray:6 3}
.key{display:inline-block;width:.9rem;height:.9rem;vertical-align:-.1rem}
.key.same{background:var(--same)}.key.different{background:var(--fail)}.key.uncomparable{background:var(--inconclusive)}.key.old{background:var(--old)}.key.candidate{background:var(--candidate)}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
`;
