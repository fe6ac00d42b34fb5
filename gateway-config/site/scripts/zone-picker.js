// Chooses a time zone: a dialog with a search field and a list that shows what time it is in each.
import { $, announce, h } from "./dom.js";
import { allZones, browserZone, cityName, offsetText, regionName, timeText, zoneFacts } from "./dates.js";
import { t } from "./messages.js";

/** All zones with what they are found by, made once, when the dialog first opens. */
let table = null;
function zones() {
  const now = Date.now();
  table ??= allZones().map((zone) => {
    const { offset, name } = zoneFacts(now, zone);
    const words = plain(`${zone} ${cityName(zone)} ${name} ${offsetText(offset).replace("−", "-")}`);
    return { zone, offset, name, words };
  }).sort((a, b) => cityName(a.zone).localeCompare(cityName(b.zone)));
  return table;
}

// São Paulo is found by sao paulo, Port-au-Prince by port au prince.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[/_,]/g, " ");

/** Opens the picker; answers the chosen zone, or null. `host` is { name, zone } where it is known. */
export function pickZone(current, host) {
  const dialog = $("#zones");
  const input = $("input", dialog);
  const list = $("ul", dialog);
  let active = -1;

  const options = () => [...list.querySelectorAll('[role="option"]')];

  function activate(index) {
    const all = options();
    all[active]?.classList.remove("active");
    active = all.length ? (index + all.length) % all.length : -1;
    all[active]?.classList.add("active");
    all[active]?.scrollIntoView({ block: "nearest" });
    if (all[active]) input.setAttribute("aria-activedescendant", all[active].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function option({ zone, offset, name }, index, note) {
    const place = note ?? [regionName(zone), name].filter(Boolean).join(" · ");
    const now = timeText(Date.now() + offset * 60_000, "UTC");
    return h("li", { role: "option", id: `zone-${index}`, "data-zone": zone, "aria-selected": zone === current },
      h("span", {}, cityName(zone)), h("span", { class: "now" }, now), h("small", {}, place),
      h("small", {}, offsetText(offset)));
  }

  function draw() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let found = zones().filter((entry) => words.every((word) => entry.words.includes(word)));
    const near = [];
    if (!words.length) {
      const theirs = t("zone.hosts", { name: host?.name });
      const first = [[current, null], [browserZone(), t("zone.yours")], [host?.zone, theirs]];
      for (const [zone, note] of first) {
        const entry = zones().find((each) => each.zone === zone);
        if (entry && !near.some(([each]) => each === entry)) near.push([entry, note]);
      }
      found = found.filter((entry) => !near.some(([each]) => each === entry));
    } else {
      // A city that begins with what was typed stands before one that merely contains it.
      found.sort((a, b) => starts(b, words[0]) - starts(a, words[0]));
    }
    const rows = [...near.map(([entry, note], index) => option(entry, index, note)),
      ...found.map((entry, index) => option(entry, near.length + index))];
    list.replaceChildren(...(rows.length ? rows : [h("li", { class: "none" }, t("zone.none"))]));
    list.scrollTop = 0;
    active = -1;
    activate(0);
    if (words.length) announce(t("zone.found", { count: rows.length }));
  }

  const starts = (entry, word) => Number(plain(cityName(entry.zone)).startsWith(word));

  return new Promise((resolve) => {
    let answer = null;
    const stop = new AbortController();
    const on = (target, name, listener) => target.addEventListener(name, listener, { signal: stop.signal });
    const choose = (zone) => {
      answer = zone ?? null;
      dialog.close();
    };
    on(input, "input", draw);
    on(input, "keydown", (event) => {
      const last = options().length - 1;
      const to = {
        ArrowDown: active + 1, ArrowUp: active - 1, PageDown: Math.min(last, active + 8), PageUp: Math.max(0, active - 8),
      };
      if (event.key in to) activate(to[event.key]);
      else if (event.key === "Enter") choose(options()[active]?.dataset.zone);
      else return;
      event.preventDefault();
    });
    on(list, "click", (event) => {
      const zone = event.target.closest("[data-zone]")?.dataset.zone;
      if (zone) choose(zone);
    });
    on(dialog, "click", (event) => {
      if (event.target === dialog || event.target.closest(".close")) dialog.close();
    });
    on(dialog, "close", () => {
      stop.abort();
      resolve(answer);
    });
    input.value = "";
    dialog.showModal();
    draw();
    input.focus();
  });
}
