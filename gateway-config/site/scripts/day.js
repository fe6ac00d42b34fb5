// The chosen day: its big number, and its free times on ruled lines.
import { $, h, notice } from "./dom.js";
import { cityName, dayNumber, dayText, fullDay, timeText, zoneOffset } from "./dates.js";
import { t } from "./messages.js";

const parts = [[5, "night"], [12, "morning"], [17, "afternoon"], [24, "evening"]];

export class Day {
  #shown = new Set();
  #key = "";

  /** `onTime(slot)` chooses a time, `onLeave()` wants back to the calendar. */
  constructor(root, { onTime, onLeave }) {
    this.root = root;
    this.onTime = onTime;
    this.list = $(".times", root);
    this.list.addEventListener("keydown", (event) => this.#move(event, onLeave));
  }

  /** Draws a day's times. `view`: { day, slots, zone, length, host: { name, zone } }. */
  show(view) {
    this.#head(view.day, t("day.times", { count: view.slots.length }));
    const key = `${view.day} ${view.zone} ${view.length}`;
    const known = key === this.#key ? this.#shown : null;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.start : null;
    const children = [];
    let current = null;
    for (const slot of view.slots) {
      const part = this.#part(slot.start);
      if (part !== current) children.push(h("h3", {}, t(`day.${part}`)));
      current = part;
      children.push(this.#row(slot, view, known && !known.has(slot.start)));
    }
    const place = key === this.#key ? this.list.scrollTop : 0;
    this.list.replaceChildren(...children);
    this.list.scrollTop = place;
    this.#shown = new Set(view.slots.map((slot) => slot.start));
    this.#key = key;
    if (focused) ($(`[data-start="${focused}"]`, this.list) ?? $(".time", this.list))?.focus();
  }

  /** Empty lines while the times are on their way. */
  showWaiting(day) {
    if (day) this.#head(day, "");
    else this.#blankHead(h("span", { class: "visually-hidden" }, t("calendar.loading")));
    this.#key = "";
    const line = () => h("div", { class: "time waiting" }, h("span", { class: "bone w5" }));
    this.list.replaceChildren(h("h3", {}, h("span", { class: "bone w3" })), ...Array.from({ length: 8 }, line));
  }

  /** Words instead of times: nothing free, or nothing loaded. */
  showText(title, text, action) {
    this.#blankHead(title);
    this.#key = "";
    this.list.replaceChildren(h("div", { class: "empty" }, text && h("p", {}, text),
      action && h("button", { class: "button", type: "button", onclick: action.run }, action.label)));
  }

  say(kind, text) {
    $(".notice", this.root)?.remove();
    if (text) $(".day-head", this.root).after(notice(kind, text));
  }

  focus() {
    $("#day-title", this.root).focus();
  }

  #head(day, text) {
    $(".number", this.root).textContent = dayNumber(day);
    $("#day-title", this.root).textContent = dayText(day, { weekday: "long" });
    $("#day-title", this.root).setAttribute("aria-label", fullDay(day));
    $(".day-head p", this.root).textContent = text;
  }

  #blankHead(title) {
    $(".number", this.root).textContent = "–";
    $("#day-title", this.root).replaceChildren(title);
    $("#day-title", this.root).removeAttribute("aria-label");
    $(".day-head p", this.root).textContent = "";
  }

  // The slot's own text carries the wall time of the zone it was asked in.
  #part(start) {
    const hour = Number(start.slice(11, 13));
    return parts.find(([end]) => hour < end)[1];
  }

  #row(slot, { zone, length, host, seats }, fresh) {
    const end = new Date(Date.parse(slot.start) + length * 60000);
    const from = timeText(slot.start, zone);
    const elsewhere = host.zone && zoneOffset(slot.start, host.zone) !== zoneOffset(slot.start, zone);
    const aside = seats && slot.seatsRemaining !== undefined ? t("day.seats", { count: slot.seatsRemaining })
      : elsewhere ? t("day.hostTime", { time: timeText(slot.start, host.zone), city: cityName(host.zone) }) : "";
    return h("button", {
      class: `time${fresh ? " fresh" : ""}${elsewhere ? " elsewhere" : ""}`, type: "button", "data-start": slot.start,
      "aria-label": [t("day.timeLabel", { start: from, end: timeText(end, zone) }), aside].filter(Boolean).join(", "),
      onclick: (event) => this.onTime(slot, event.detail === 0),
    }, from, h("span", { class: "until" }, aside || `– ${timeText(end, zone)}`));
  }

  #move(event, onLeave) {
    const rows = [...this.list.querySelectorAll("button.time")];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Escape") return onLeave();
    if (to === undefined || at < 0) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))].focus();
  }
}
