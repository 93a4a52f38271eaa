// SPDX-License-Identifier: Apache-2.0

extension StatePage {
    /// Light and dark, from 360 pixels on. Every text has a contrast of 4.5 at least.
    package static let style: StaticString = """
        :root{--bg:#faf8f1;--card:#fff;--ink:#1d1b15;--faint:#5b5648;--line:#e4dfd0;--accent:#ffd84a;--good:#1a7a36;\
        --bad:#b3261e;--held:#8a5600;--link:#0b57a4}
        @media(prefers-color-scheme:dark){:root{--bg:#15140f;--card:#211f18;--ink:#f3efe3;--faint:#b9b3a2;--line:#3a372c;\
        --accent:#ffd84a;--good:#6fd98a;--bad:#ff9b8e;--held:#ffc65c;--link:#8ec5ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Noto Sans",sans-serif;overflow-wrap:anywhere}
        header,main,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
        .top{padding-top:1.25rem}
        .brand{margin:0;font-weight:700;letter-spacing:.02em}
        .brand::before{content:"";display:inline-block;width:.9em;height:.9em;margin-right:.45em;border-radius:50% 50% 50% 12%;\
        background:var(--accent);vertical-align:-.08em}
        h1{margin:.2rem 0 0;font-size:clamp(1.9rem,6vw,3rem);line-height:1.15;display:flex;align-items:center;gap:.6rem}
        .dot{flex:none;width:.55em;height:.55em;border-radius:50%;background:var(--faint)}
        .is-working .dot,.is-idle .dot{background:var(--good)}
        .is-working .dot{animation:beat 2s ease-in-out infinite}
        .is-held .dot{background:var(--held)}.is-bad .dot{background:var(--bad)}
        @keyframes beat{50%{opacity:.35}}
        @media(prefers-reduced-motion:reduce){.dot{animation:none!important}}
        .lead{margin:.35rem 0 1.1rem;font-size:1.1rem;max-width:46rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.2rem,1fr));gap:.6rem;margin:0 0 1rem}
        .tiles div{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:.65rem .85rem;\
        display:flex;flex-direction:column-reverse;justify-content:flex-end}
        .tiles dt{color:var(--faint);font-size:.85rem}
        .tiles dd{margin:0;font-size:1.65rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.2}
        section{margin:1.6rem 0}
        h2{font-size:1.15rem;margin:0 0 .55rem}
        h3{font-size:1rem;margin:.1rem 0 .15rem}
        ul,ol{margin:0;padding-left:1.2rem}
        p{margin:.2rem 0}
        a{color:var(--link);text-underline-offset:.15em}
        a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.2rem}
        .faint{color:var(--faint);font-size:.92rem}
        .troubles{list-style:none;padding:0;display:grid;gap:.5rem}
        .troubles li{background:var(--card);border:1px solid var(--line);border-left:.35rem solid var(--held);\
        border-radius:.5rem;padding:.55rem .8rem}
        .is-bad~main .troubles li:first-child{border-left-color:var(--bad)}
        .jobs{list-style:none;padding:0;background:var(--card);border:1px solid var(--line);border-radius:.8rem}
        .jobs li{display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:baseline;padding:.5rem .85rem;\
        border-top:1px solid var(--line)}
        .jobs li:first-child{border-top:0}
        progress,meter{width:min(14rem,60vw);height:.8rem;accent-color:var(--good)}
        .limits{list-style:none;padding:0}
        .limits li{display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:center}
        .next{columns:16rem auto}
        .cards{list-style:none;padding:0;display:grid;gap:.8rem;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));align-items:start}
        .failures{list-style:none;padding:0;display:grid;gap:.6rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:.75rem .85rem;min-width:0}
        .card.failed{border-color:var(--bad)}
        .thumbs{display:grid;grid-template-columns:1fr 1fr;gap:.35rem;margin-bottom:.5rem}
        .thumbs.one{grid-template-columns:1fr}.failed .thumbs{max-width:14rem}
        summary{cursor:pointer;color:var(--link)}summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .thumbs a{display:block;border-radius:.5rem;overflow:hidden;background:var(--line)}
        .thumbs img{display:block;width:100%;aspect-ratio:1;object-fit:cover;font-size:.8rem}
        .code{display:inline-block;border:1px solid var(--bad);color:var(--bad);border-radius:.4rem;padding:0 .4rem;\
        font:.85rem ui-monospace,monospace}
        table{border-collapse:collapse;margin-top:.5rem}
        th,td{text-align:right;padding:.2rem .9rem .2rem 0;font-variant-numeric:tabular-nums;font-weight:400}
        th[scope=row],thead th:first-child{text-align:left}
        thead th{color:var(--faint);font-size:.85rem}
        footer{border-top:1px solid var(--line);padding:1rem;color:var(--faint);font-size:.92rem}

        """
}
