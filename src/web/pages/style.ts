/** The pages' one style sheet: light and dark, phone to desktop, print; no font and no picture from anywhere. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--soft-paper:#f6f5f2;--ink:#17191e;--soft:#5b616c;--line:#e2e0da;--accent:#a3161d;--mark:#ffe9a3;--ok:#19703f;--warn:#855600;--bad:#b3141b;--bar:#b3423f}
@media(prefers-color-scheme:dark){:root{--paper:#121417;--soft-paper:#1b1e23;--ink:#e8e6e1;--soft:#a3a9b3;--line:#30343b;--accent:#ff9d94;--mark:#5c4a00;--ok:#79d39b;--warn:#f0bd5b;--bad:#ff9d94;--bar:#d86f66}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Apple SD Gothic Neo","Malgun Gothic","Noto Sans CJK KR",sans-serif;overflow-wrap:anywhere}
:lang(ko){word-break:keep-all}
:lang(zh){font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}:lang(ja){font-family:system-ui,"Hiragino Sans","Yu Gothic","Noto Sans CJK JP",sans-serif}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:.06em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.15rem}
.skip{position:absolute;left:-99rem}.hidden+ol{margin-top:.6rem}.skip:focus{left:1rem;top:.5rem;z-index:1;background:var(--paper);padding:.5rem}
header,main,footer{max-width:74rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;align-items:center;padding-top:.6rem;padding-bottom:.6rem}
body>header{border-bottom:1px solid var(--line);max-width:none;padding-left:max(1.25rem,50% - 35.75rem);padding-right:max(1.25rem,50% - 35.75rem)}
header .name{font-weight:700;color:inherit;text-decoration:none;white-space:nowrap}
search{flex:1 1 16rem;max-width:36rem}search form{display:flex}
header nav{display:flex;gap:0 1.1rem;margin-left:auto;flex-wrap:wrap}header nav a{color:var(--soft);text-decoration:none;padding:.2rem 0}header nav a:hover{text-decoration:underline}
footer{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;color:var(--soft);font-size:.9rem}footer a,.soft a{color:inherit}
h1{font-size:1.55rem;line-height:1.25;letter-spacing:-.01em;margin:1.3rem 0 .4rem;text-wrap:balance}:lang(ko)>h1,h1:lang(ko){letter-spacing:0}
h2{font-size:1.1rem;margin:2rem 0 .5rem}h3{font-size:1rem;line-height:1.4;margin:0}
p{margin:.4rem 0}.lead{font-size:1.05rem;max-width:46rem}
.soft,time{color:var(--soft);font-size:.92rem}.ok{color:var(--ok)}.warn{color:var(--warn)}.bad{color:var(--bad)}
ul.plain,ol.plain,.rows,.notes,.chips{list-style:none;margin:0;padding:0}
.notes{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin:.3rem 0 0;font-size:.95rem}.notes a{color:inherit;text-decoration-color:var(--line)}
.page{display:grid;grid-template-columns:minmax(0,1fr) 17rem;gap:0 3rem}
.rows h2,.page>div>section>h2,aside h2{font-size:.82rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);font-weight:600;margin:1.5rem 0 0;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
.rows article{display:grid;grid-template-columns:3.3rem minmax(0,1fr) auto;gap:0 .8rem;padding:.45rem 0;border-bottom:1px solid var(--line)}
.rows article>time{font-variant-numeric:tabular-nums;font-size:.88rem;padding-top:.1rem}
.rows h3{display:inline;font-weight:550;margin-right:.45rem}.rows h3 a{color:inherit;text-decoration:none}.rows h3 a:hover{text-decoration:underline}.rows h3 a:visited{color:var(--soft)}
.outlet{color:var(--soft);font-size:.86rem;padding-top:.1rem;text-align:right;max-width:13rem}
.rows details,.rows .body,.rows .change{grid-column:2/4;min-width:0}
.rows summary{color:var(--soft);font-size:.92rem;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;cursor:pointer;list-style:none;min-height:1.5rem}
.rows summary:has(mark){white-space:normal;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3}.rows summary::-webkit-details-marker{display:none}.rows [open]>summary{display:block;white-space:normal;color:inherit}.rows summary:hover{color:inherit}
.rows details p{margin:.1rem 0 .3rem}
.tag{display:inline-block;font-size:.78rem;border:1px solid;border-radius:.3rem;padding:.15rem .4rem;text-decoration:none;white-space:nowrap;color:var(--warn)}.tag.bad{color:var(--bad)}
mark{background:var(--mark);color:var(--ink);border-radius:.15rem}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0;font-size:.93rem}
.chips li{display:flex;align-items:center;background:var(--soft-paper);border:1px solid var(--line);border-radius:1rem;padding-left:.7rem}.chips li>span{padding-right:.7rem}
.chips a{min-width:1.75rem;min-height:1.6rem;line-height:1.6rem;text-align:center;color:var(--soft);text-decoration:none;border-radius:1rem}.chips a:hover{color:var(--accent)}
.narrow{display:flex;flex-wrap:wrap;gap:.1rem 2.2rem;margin:.5rem 0}.switches{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .9rem;font-size:.93rem;color:var(--soft)}.switches a,.list a,nav.paging a,.formats a{padding:.15rem 0;display:inline-block}.switches a,.formats a{text-decoration:none}.switches a:hover,.formats a:hover{text-decoration:underline}
[aria-current]{font-weight:650;color:var(--ink)}a[aria-current]{text-decoration:none}
.list li{display:flex;justify-content:space-between;align-items:baseline;gap:.8rem;font-size:.94rem}.list li>span{color:var(--soft);font-size:.86rem;white-space:nowrap}.list .dot+span{white-space:normal;text-align:right}
.list a{color:inherit;text-decoration-color:var(--line)}
.list .dot{padding-left:1.05rem;text-indent:-1.05rem}.dot::before{content:"";display:inline-block;width:.55rem;height:.55rem;border-radius:50%;margin-right:.5rem;background:var(--ok)}.dot.bad::before{background:var(--bad);border-radius:0}.dot.warn::before{background:var(--warn)}.dot.bad,.dot.warn{color:inherit}
.months{display:grid;grid-template-columns:repeat(4,1fr);gap:2px;font-size:.8rem;margin:.2rem 0 .6rem}.months.days{grid-template-columns:repeat(auto-fill,minmax(1.9rem,1fr));max-width:46rem}
.months>*{min-height:1.7rem;padding:.1rem .3rem;border-radius:.2rem;color:var(--ink);text-decoration:none;display:flex;justify-content:space-between;align-items:center;font-variant-numeric:tabular-nums}.months>span{color:var(--soft)}.days>*{justify-content:center}
.m0{background:var(--soft-paper)}.m1{background:color-mix(in srgb,var(--bar) 12%,var(--paper))}.m2{background:color-mix(in srgb,var(--bar) 22%,var(--paper))}.m3{background:color-mix(in srgb,var(--bar) 34%,var(--paper))}.months a:hover{text-decoration:underline}
.formats a{margin-right:.9rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;margin:.6rem 0}
form .grid{display:grid;gap:.9rem;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr))}
fieldset{border:1px solid var(--line);border-radius:.5rem;padding:.4rem .9rem .6rem;margin:0 0 .9rem}
legend,label.field{font-weight:600}fieldset label{display:inline-block;margin:.1rem 1.2rem .1rem 0;padding:.15rem 0}
input[type=text],input[type=search],input[type=password],select{display:block;width:100%;font:inherit;font-weight:400;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.35rem;padding:.4rem .6rem}label.field>*{margin-top:.2rem}
header input[type=search]{background:var(--soft-paper);border-radius:.35rem 0 0 .35rem;border-right:0;min-width:0}search button{border-radius:0 .35rem .35rem 0}
input::placeholder{color:var(--soft);opacity:1}
button{font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:0;border-radius:.35rem;padding:.4rem .9rem;cursor:pointer;white-space:nowrap}
.result{min-height:15rem}
.url{display:flex;flex-wrap:wrap;gap:.5rem;align-items:flex-start;margin:.6rem 0 .3rem}
.url code{flex:1 1 12rem;background:var(--soft-paper);border:1px solid var(--line);border-radius:.35rem;padding:.4rem .6rem;font-size:.86rem}
table{border-collapse:collapse;width:100%;min-width:34rem;font-size:.94rem}
th,td{text-align:left;overflow-wrap:break-word;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line)}
svg{display:block;width:100%;height:auto}
svg rect{fill:var(--bar)}
ins{background:color-mix(in srgb,var(--ok) 18%,transparent);text-underline-offset:.2em;text-decoration-thickness:1px}del{background:color-mix(in srgb,var(--bad) 12%,transparent);color:var(--soft)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0;font-size:.95rem}.facts dt{color:var(--soft)}.facts dd{margin:0}
.history{max-width:58rem}.versions li{display:grid;grid-template-columns:5.5rem 14rem 5.5rem minmax(0,1fr);gap:0 .8rem;padding:.25rem 0;border-bottom:1px solid var(--line)}.versions+form{margin-top:1.2rem}
.reading{max-width:38rem}.reading h1{margin-bottom:.3rem}.reading>.body{margin-top:1.2rem}.reading h1{font-size:1.8rem}.body{font-size:1.08rem;line-height:1.7;text-wrap:pretty}.body:lang(ko),.body:lang(ja),.body:lang(zh){line-height:1.9}.body:lang(ar){font-size:1.2rem;line-height:1.9}.body p{margin:0 0 .9em}.body table{min-width:0}.body h3{margin:1.2rem 0 .3rem}.rows .body{font-size:1rem;max-width:41rem}
.picture{display:block;color:var(--soft);font-size:.92rem;border-left:3px solid var(--line);padding-left:.6rem;margin:.4rem 0}
pre{white-space:pre-wrap;font-size:.88rem;background:var(--soft-paper);border-radius:.35rem;padding:.6rem .8rem}
.difference{white-space:pre-line;margin:.4rem 0}.columns{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr))}
.hidden,ins>i,del>i{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.chart{margin:1rem 0}.chart .bars{display:flex;gap:2px;align-items:end}.chart li{flex:1 1 0;min-width:0;max-width:4rem}
.bar{display:block;position:relative;text-align:center;font-size:.75rem;line-height:1.4;color:var(--soft);text-decoration:none;white-space:nowrap}.bar svg{height:4.5rem;border-bottom:1px solid var(--line)}.bar.pale svg{opacity:.55}a.bar:hover .label{text-decoration:underline}.bar .count,.bar .label{display:block;overflow:hidden}
.health>li{display:grid;grid-template-columns:minmax(0,20rem) minmax(0,1fr);gap:.2rem 2rem;padding:.7rem 0;border-bottom:1px solid var(--line)}.health h2{font-size:1.05rem;margin:0}.health p{margin:.1rem 0}.state{font-size:1.02rem}
.arrivals{margin:.3rem 0}.arrivals svg{height:4rem;border-bottom:1px solid var(--line)}.arrivals figcaption{display:flex;justify-content:space-between;gap:1rem;font-size:.82rem;color:var(--soft)}.arrivals figcaption :first-child,.arrivals figcaption :last-child{white-space:nowrap}.arrivals figcaption span+span{text-align:center}
svg rect.gap,.key.gap{fill:var(--warn);background:var(--warn);opacity:.4}svg rect.outage,.key.outage{fill:var(--soft);background:var(--soft);opacity:.4}.key{display:inline-block;width:.8rem;height:.8rem;margin:0 .2rem 0 .8rem}
@media (max-width:44rem){.health>li{grid-template-columns:minmax(0,1fr)}.chart li:nth-last-child(n+13){display:none}}
nav.paging{margin:1.3rem 0;display:flex;gap:.5rem 1.5rem;flex-wrap:wrap}
@media(max-width:58rem){.page{grid-template-columns:minmax(0,1fr)}header nav{margin-left:0}search{order:1;flex-basis:100%;max-width:none}}
@media(max-width:40rem){.rows article{grid-template-columns:2.9rem minmax(0,1fr)}.outlet{grid-column:2;text-align:left;max-width:none;padding:0}.rows details,.rows .body,.rows .change{grid-column:2}.versions li{grid-template-columns:auto minmax(0,1fr)}.facts{grid-template-columns:minmax(0,1fr)}.facts dd{margin-bottom:.4rem}}
@media print{search,header nav,aside,footer,form,button,.switches,.chips a,nav.paging,.skip{display:none}.page{display:block}body{font-size:11pt}a{color:inherit}.rows article{break-inside:avoid}.rows summary{white-space:normal}.reading{max-width:none}}
`.trim();
