/** The pages' one style sheet: light and dark, phone to desktop, no font and no picture from anywhere. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1d1b18;--soft:#5c574f;--line:#ddd7cc;--accent:#9a1b1b;--mark:#ffe58a;--ok:#1d6b3a;--bad:#a11616;--bar:#b8493f}
@media (prefers-color-scheme:dark){:root{--paper:#15161a;--card:#1d1f24;--ink:#e9e6e0;--soft:#aaa59b;--line:#3a3c43;--accent:#ff9d91;--mark:#6b5300;--ok:#7fd49b;--bad:#ff9d91;--bar:#e0776b}}
*{box-sizing:border-box}
main{overflow-wrap:anywhere}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",sans-serif}
:lang(ko){word-break:keep-all;line-height:1.7}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem}
header,main,footer{max-width:58rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding-top:1rem;padding-bottom:.75rem;border-bottom:1px solid var(--line)}
header .name{font-weight:700;color:var(--ink);text-decoration:none;margin-right:auto}
footer{margin-top:3rem;padding-bottom:2rem;color:var(--soft);font-size:.9rem;border-top:1px solid var(--line);padding-top:1rem}
h1{font-size:1.7rem;line-height:1.25;margin:1.5rem 0 .5rem}
h2{font-size:1.2rem;margin:2rem 0 .6rem}
h3{font-size:1.05rem;line-height:1.35;margin:0}
p{margin:.4rem 0}
.lead{font-size:1.08rem;max-width:46rem}
.soft,time{color:var(--soft);font-size:.92rem}
.ok{color:var(--ok)}.bad{color:var(--bad)}
ul.plain,ol.plain{list-style:none;margin:0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;margin:.6rem 0}
.card h3 a{color:var(--ink);text-decoration-color:var(--line)}
.card h3 a:hover{text-decoration-color:currentColor}
.sources{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr))}
.sources .card{margin:0}
.formats a{margin-right:.9rem;display:inline-block;padding:.15rem 0}
mark{background:var(--mark);color:inherit;border-radius:.15rem}
form .grid{display:grid;gap:.9rem;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr))}
fieldset{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem .7rem;margin:0 0 .9rem}
legend,label.field{font-weight:600}
fieldset label{display:inline-block;margin:.2rem 1.2rem .2rem 0;padding:.15rem 0}
input[type=text],select{display:block;width:100%;font:inherit;font-weight:400;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.35rem;padding:.45rem .55rem;margin-top:.2rem}
input::placeholder{color:var(--soft);opacity:1}
button{font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:0;border-radius:.35rem;padding:.5rem 1rem;cursor:pointer}
.result{min-height:15rem}
.url{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin:.5rem 0}
.url code{flex:1 1 20rem;overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:.35rem;padding:.5rem .6rem;font-size:.92rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:34rem;font-size:.94rem}
th,td{text-align:left;overflow-wrap:break-word;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line)}
svg{display:block;width:100%;height:auto}
svg rect{fill:var(--bar)}svg line{stroke:var(--line)}svg text{fill:var(--soft);font-size:11px}
ins{background:color-mix(in srgb,var(--ok) 18%,transparent);text-decoration:none}del{color:var(--bad)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0}
.body{max-width:46rem}.body table{min-width:0}.body h3{margin:1rem 0 .3rem}.picture{display:block;color:var(--soft);font-size:.92rem;border-left:3px solid var(--line);padding-left:.6rem;margin:.4rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.9rem}
.difference{white-space:pre-line;margin:.4rem 0}.columns{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr))}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.chart{margin:1rem 0}.chart .bars{display:flex;gap:2px;align-items:end}.chart li{flex:1 1 0;min-width:0;max-width:4rem}
.bar{display:block;position:relative;text-align:center;font-size:.75rem;line-height:1.4;color:var(--soft);text-decoration:none;white-space:nowrap}.bar svg{height:4.5rem;border-bottom:1px solid var(--line)}.bar.pale svg{opacity:.55}a.bar:hover .label{text-decoration:underline}.bar .count,.bar .label{display:block;overflow:hidden}
@media (max-width:44rem){.chart li:nth-last-child(n+13){display:none}}
nav.paging{margin:1.5rem 0;display:flex;gap:1.5rem;flex-wrap:wrap}
`.trim();
