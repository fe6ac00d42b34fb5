/// The page at `/top` of the admin listener: shows the last minute and asks for it anew every second. Three answers, so
/// that its Content-Security-Policy need not allow anything inline.
enum TopPage {
  typealias Answer = (status: Int, type: String, body: [UInt8])

  static let html: Answer = (200, "text/html; charset=utf-8", Array(page.utf8))
  static let style: Answer = (200, "text/css; charset=utf-8", Array(css.utf8))
  static let script: Answer = (200, "text/javascript; charset=utf-8", Array(js.utf8))

  private static let page = """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>gateway · top</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,"><link rel="stylesheet" href="/top.css">
    <script src="/top.js" defer></script></head>
    <body>
    <header><h1>gateway</h1><p id="state" role="status">asking …</p>
    <button id="pause" type="button" aria-pressed="false">Pause</button></header>
    <main>
    <section aria-label="Totals" id="tiles"></section>
    <section><h2>Routes <small>last minute</small></h2>
    <table id="routes"><thead><tr><th>Route</th><th>req/s</th><th>p50</th><th>p99</th><th>upstream p99</th>
    <th class="wide">Statuses</th><th>limited/s</th><th>out/s</th></tr></thead><tbody></tbody></table></section>
    <section><h2>Event loops <small>share of time at work</small></h2><div id="loops"></div></section>
    <section><h2>Upstreams</h2><div class="groups" id="upstreams"></div></section>
    <section><h2>Limits and tokens</h2><div class="groups" id="limits"></div></section>
    <section><h2>Cache <small>and what clients share</small></h2><div class="groups" id="cache"></div></section>
    <section><h2>Everything else</h2><div class="groups" id="rest"></div></section>
    </main></body></html>

    """

  private static let css = """
    :root { color-scheme: light dark;
      --paper: light-dark(#f4f5f2, #10140f); --sheet: light-dark(#fff, #191f19); --ink: light-dark(#1a211c, #e4eae3);
      --muted: light-dark(#5b665e, #9aa79d); --rule: light-dark(#dfe3dc, #2b342c); --accent: light-dark(#0c6044, #74cfa6);
      --s2: light-dark(#2f8f68, #4fb287); --s3: light-dark(#5b86c4, #7aa5e0); --s4: light-dark(#c98a1b, #e3b04f);
      --s5: light-dark(#c23b22, #f07a62); }
    * { box-sizing: border-box; margin: 0; }
    body { font: 15px/1.45 system-ui, sans-serif; background: var(--paper); color: var(--ink);
      font-variant-numeric: tabular-nums; padding-bottom: 3rem; }
    header { display: flex; align-items: baseline; gap: 1rem; padding: .9rem clamp(1rem, 4vw, 2.5rem);
      border-bottom: 1px solid var(--rule); background: var(--sheet); position: sticky; top: 0; z-index: 1; }
    h1 { font-size: 1.1rem; } #state { color: var(--muted); font-size: .85rem; flex: 1; }
    #state.bad { color: var(--s5); }
    button { font: inherit; font-size: .85rem; color: inherit; background: none; border: 1px solid var(--muted);
      border-radius: 6px; padding: .2rem .8rem; min-height: 2rem; cursor: pointer; }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    main { padding: 1.2rem clamp(1rem, 4vw, 2.5rem); display: grid; gap: 1.6rem; max-width: 90rem; margin: auto; }
    section { min-width: 0; }
    h2 { font-size: .95rem; margin-bottom: .5rem; } small { color: var(--muted); font-weight: 400; }
    #tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .8rem; }
    .tile { background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem; }
    .tile b { display: block; font-size: 1.4rem; line-height: 1.3; font-weight: 600; white-space: nowrap; }
    .tile span { color: var(--muted); font-size: .8rem; } .tile.bad b { color: var(--s5); }
    .tile svg { display: block; width: 100%; height: 2rem; margin-top: .3rem; }
    .tile polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
    table { width: 100%; border-collapse: collapse; background: var(--sheet); border: 1px solid var(--rule);
      border-radius: 8px; overflow: hidden; }
    th, td { text-align: right; padding: .45rem .7rem; border-top: 1px solid var(--rule); white-space: nowrap; }
    thead th { border: 0; color: var(--muted); font-weight: 500; font-size: .8rem; }
    th:first-child, td:first-child { text-align: left; }
    td:first-child { font-family: ui-monospace, monospace; font-size: .85rem; white-space: normal; overflow-wrap: anywhere; }
    .wide { width: 26%; text-align: left; } tr.quiet td { color: var(--muted); }
    .bar { display: flex; height: .6rem; border-radius: 3px; overflow: hidden; background: var(--rule); min-width: 6rem; }
    .bar i { display: block; } .bar .s0 { background: var(--s2); } .bar .s1 { background: var(--s3); }
    .bar .s2 { background: var(--s4); } .bar .s3, .bar .s4 { background: var(--s5); }
    .counts { font-size: .75rem; color: var(--muted); text-align: left; }
    #loops { display: grid; gap: .4rem; max-width: 40rem; }
    .loop { display: grid; grid-template-columns: 4rem 1fr 3.5rem; gap: .7rem; align-items: center; font-size: .85rem; }
    .loop .bar i { background: var(--accent); } .loop span:last-child { text-align: right; }
    .groups { columns: 3 22rem; column-gap: 2rem; font-size: .82rem; }
    .group { break-inside: avoid; margin-bottom: .9rem; }
    .group h3 { font: 600 .78rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
    .group div { display: flex; justify-content: space-between; gap: 1rem; border-top: 1px solid var(--rule); padding: .15rem 0; }
    .group span:first-child { color: var(--muted); overflow-wrap: anywhere; min-width: 0; }
    .group span:last-child { white-space: nowrap; } .group p { color: var(--muted); }
    @media (max-width: 46rem) {
      table, tbody, tr, td { display: block; } thead { display: none; } table { background: none; border: 0; }
      tr { background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px; margin-bottom: .7rem; padding: .5rem .8rem;
        display: grid; grid-template-columns: 1fr 1fr; column-gap: 1rem; }
      td { border: 0; padding: .15rem 0; display: flex; justify-content: space-between; gap: .5rem; }
      td::before { content: attr(data-name); color: var(--muted); font-size: .8rem; }
      td:first-child, td.wide { grid-column: 1 / -1; display: block; width: auto; } td:first-child::before, td.wide::before { content: none; }
      td:first-child { font-weight: 600; } }

    """

  private static let js = #"""
    "use strict";
    const $ = (id) => document.getElementById(id);
    const make = (tag, text, name) => {
      const node = document.createElement(tag);
      if (text !== undefined) node.textContent = text;
      if (name) node.className = name;
      return node;
    };
    const short = (n) => Number.isInteger(n) && n < 1e4 ? String(n) : n >= 1e6 ? (n / 1e6).toFixed(1) + " M" : n >= 1e4 ? (n / 1e3).toFixed(0) + " k"
      : n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2);
    const time = (ms) => ms === null ? "–" : ms >= 1000 ? (ms / 1000).toFixed(2) + " s" : ms >= 10 ? ms.toFixed(0) + " ms"
      : ms.toFixed(2) + " ms";
    const bytes = (n) => n >= 1e9 ? (n / 1e9).toFixed(1) + " GB" : n >= 1e6 ? (n / 1e6).toFixed(1) + " MB"
      : n >= 1e3 ? (n / 1e3).toFixed(1) + " kB" : n.toFixed(0) + " B";
    const since = (seconds) => new Date(seconds * 1000).toLocaleString();
    const percent = (n) => (n * 100).toFixed(n < 0.1 ? 1 : 0) + " %";

    const history = [];
    let last, isPaused = false;

    function now(report) {
      const at = performance.now();
      const rate = last && at > last.at ? Math.max(0, (report.requests_total - last.total) * 1000 / (at - last.at)) : report.requests_per_second;
      last = { at, total: report.requests_total };
      history.push(rate);
      if (history.length > 60) history.shift();
      return rate;
    }

    function tile(label, value, isBad) {
      const node = make("div", undefined, isBad ? "tile bad" : "tile");
      node.append(make("b", value), make("span", label));
      return node;
    }

    function line(values) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const top = Math.max(1, ...values);
      svg.setAttribute("viewBox", "0 0 59 20");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      const path = document.createElementNS(svg.namespaceURI, "polyline");
      path.setAttribute("points", values.map((v, i) => `${60 - values.length + i},${(19 - 18 * v / top).toFixed(2)}`).join(" "));
      svg.append(path);
      return svg;
    }

    function gauge(report, name) { return report.others.find((o) => o.name === name && o.value !== undefined)?.value; }

    function tiles(report) {
      const rate = now(report);
      const sum = (pick) => report.routes.reduce((total, route) => total + pick(route), 0);
      const all = sum((r) => Object.values(r.statuses).reduce((a, b) => a + b, 0));
      const failed = sum((r) => r.statuses["5xx"]);
      const slowest = Math.max(...report.routes.map((r) => r.p99_ms ?? 0), 0);
      const first = tile("requests a second", short(rate));
      first.append(line(history));
      const memory = gauge(report, "process_resident_memory_bytes");
      $("tiles").replaceChildren(
        first, tile("in the last minute", short(all)),
        tile("answers of 5xx", all ? percent(failed / all) : "–", failed > 0),
        tile("slowest route's p99", slowest ? time(slowest) : "–"),
        tile("open connections", short(gauge(report, "gateway_connections") ?? 0)),
        tile("to upstreams", short(gauge(report, "gateway_upstream_connections") ?? 0)),
        tile("processor", percent(report.processor_share)),
        tile("memory", memory === undefined ? "–" : bytes(memory)));
    }

    function statuses(route) {
      const cell = make("td", undefined, "wide");
      const counts = Object.entries(route.statuses);
      const all = counts.reduce((total, [, count]) => total + count, 0);
      const bar = make("div", undefined, "bar");
      counts.forEach(([, count], place) => {
        if (!count) return;
        const part = make("i", undefined, "s" + place);
        part.style.flexGrow = count;
        bar.append(part);
      });
      const words = counts.filter(([, count]) => count).map(([name, count]) => `${name} ${short(count)}`).join(" · ");
      cell.append(bar, make("div", all ? words : "nobody asked", "counts"));
      return cell;
    }

    function row(route) {
      const node = make("tr", undefined, route.per_second ? "" : "quiet");
      const cell = (name, text) => {
        const td = make("td", text);
        td.dataset.name = name;
        return td;
      };
      node.append(
        make("td", route.route), cell("req/s", short(route.per_second)), cell("p50", time(route.p50_ms)),
        cell("p99", time(route.p99_ms)), cell("upstream p99", time(route.upstream_p99_ms)), statuses(route),
        cell("limited/s", short(route.limited_per_second)), cell("out/s", bytes(route.out_bytes_per_second)));
      return node;
    }

    function loops(report) {
      $("loops").replaceChildren(...report.loops.map((loop) => {
        const node = make("div", undefined, "loop");
        const bar = make("div", undefined, "bar");
        const part = make("i");
        part.style.width = Math.min(100, loop.busy * 100) + "%";
        bar.append(part);
        node.append(make("span", "loop " + loop.loop), bar, make("span", percent(loop.busy)));
        return node;
      }));
    }

    function section(id, report) {
      const groups = new Map();
      for (const o of report.others) if (o.section === id) groups.set(o.name, [...(groups.get(o.name) ?? []), o]);
      if (!groups.size) return $(id).replaceChildren(make("p", "nothing", "counts"));
      $(id).replaceChildren(...[...groups].map(([name, series]) => {
        const node = make("div", undefined, "group");
        node.append(make("h3", name));
        // What has not happened lately takes one line, however many kinds of it there are.
        const quiet = series.filter((one) => one.value === undefined && one.per_second === 0);
        for (const one of series.length > 1 ? series.filter((one) => !quiet.includes(one)) : series) {
          const labels = Object.entries(one.labels).map(([key, value]) => `${key} ${value}`).join(" · ");
          const line = make("div");
          const value = one.value === undefined ? short(one.per_second) + " /s" : name.endsWith("_info") ? ""
            : name.endsWith("_bytes") ? bytes(one.value) : name.endsWith("_time_seconds") ? since(one.value) : short(one.value);
          line.append(make("span", labels || (one.value !== undefined ? "now" : "rate")), make("span", value));
          node.append(line);
        }
        if (series.length > 1 && quiet.length) node.append(make("p", quiet.length < series.length ? `${quiet.length} more at 0` : `all ${quiet.length} at 0`));
        return node;
      }));
    }

    async function show() {
      try {
        const answer = await fetch("/top.json", { cache: "no-store" });
        if (!answer.ok) throw new Error("HTTP " + answer.status);
        const report = await answer.json();
        tiles(report);
        $("routes").tBodies[0].replaceChildren(...report.routes.map(row));
        loops(report);
        for (const id of ["upstreams", "limits", "cache", "rest"]) section(id, report);
        $("state").textContent = `version ${report.version} · the last ${Math.round(report.window_seconds)} s`;
        $("state").classList.remove("bad");
      } catch (error) {
        $("state").textContent = "no answer: " + error.message;
        $("state").classList.add("bad");
      }
    }

    $("pause").addEventListener("click", () => {
      isPaused = !isPaused;
      $("pause").setAttribute("aria-pressed", isPaused);
      $("pause").textContent = isPaused ? "Go on" : "Pause";
    });
    async function run() {
      if (!isPaused && !document.hidden) await show();
      setTimeout(run, 1000);
    }
    run();

    """#
}
