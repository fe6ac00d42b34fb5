// The month as a grid: arrow keys move by day and week, Home and End within the week, Page Up and Down by month.
import { $, h } from "./dom.js";
import {
  addDays, dayNumber, dayText, daysInMonth, fullDay, monthName, monthOf, shiftMonth, weekdayIndex, weekdayName,
} from "./dates.js";
import { t } from "./messages.js";

const moves = {
  ArrowLeft: (day, back) => addDays(day, back ? 1 : -1),
  ArrowRight: (day, back) => addDays(day, back ? -1 : 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  Home: (day) => addDays(day, -weekdayIndex(day)),
  End: (day) => addDays(day, 6 - weekdayIndex(day)),
  PageUp: (day, _, shift) => shiftMonth(day, shift ? -12 : -1),
  PageDown: (day, _, shift) => shiftMonth(day, shift ? 12 : 1),
};

export class Calendar {
  #view = { month: null, today: null, selected: null, days: null, loading: true };
  #cursor = null;
  #cells;

  /** `onMonth(month)` asks for another month, `onDay(day, byKeyboard)` chooses a day. */
  constructor(root, { onMonth, onDay }) {
    this.root = root;
    this.onMonth = onMonth;
    this.onDay = onDay;
    this.grid = $("table", root);
    $("#previous", root).addEventListener("click", () => this.#turn(-1));
    $("#next", root).addEventListener("click", () => this.#turn(1));
    this.grid.addEventListener("keydown", (event) => this.#key(event));
    this.grid.addEventListener("click", (event) => this.#click(event));
    this.#build();
  }

  /** Draws a month. `days` maps a day to its free times; null while it is not known. */
  show(view) {
    this.#view = view;
    const inMonth = (day) => day && monthOf(day) === view.month;
    if (!inMonth(this.#cursor)) {
      this.#cursor = inMonth(view.selected) ? view.selected : inMonth(view.today) ? view.today : `${view.month}-01`;
    }
    const year = h("span", { class: "year" }, dayText(`${view.month}-01`, { year: "numeric" }));
    $("h2", this.root).replaceChildren(monthName(view.month), " ", year);
    $("#previous", this.root).disabled = view.month <= monthOf(view.today);
    this.grid.classList.toggle("loading", view.loading);
    this.grid.setAttribute("aria-busy", view.loading);
    const lead = weekdayIndex(`${view.month}-01`);
    const most = Math.max(1, ...Object.values(view.days ?? {}).map((slots) => slots.length));
    const last = daysInMonth(view.month);
    this.#cells.forEach((cell, index) => {
      const number = index - lead + 1;
      this.#draw(cell, number >= 1 && number <= last ? addDays(`${view.month}-01`, number - 1) : null, most);
    });
  }

  /** Puts the focus on the selected day, or on the day the keys are at. */
  focus() {
    if (this.#view.selected && monthOf(this.#view.selected) === this.#view.month) this.#cursor = this.#view.selected;
    this.show(this.#view);
    $(`[data-day="${this.#cursor}"] button`, this.grid)?.focus();
  }

  #draw(cell, day, most) {
    const { days, selected, today } = this.#view;
    const button = cell.firstChild;
    button.hidden = !day;
    cell.dataset.day = day ?? "";
    cell.className = "cell";
    if (!day) {
      cell.removeAttribute("aria-selected");
      cell.removeAttribute("aria-disabled");
      return;
    }
    const count = days?.[day]?.length ?? 0;
    cell.classList.toggle("free", count > 0);
    cell.classList.toggle("today", day === today);
    cell.setAttribute("aria-selected", day === selected);
    cell.setAttribute("aria-disabled", count === 0);
    if (day === today) cell.setAttribute("aria-current", "date");
    else cell.removeAttribute("aria-current");
    button.tabIndex = day === this.#cursor ? 0 : -1;
    button.firstChild.data = dayNumber(day);
    button.lastChild.hidden = count === 0;
    button.lastChild.style.setProperty("--fill", `${Math.round((count / most) * 55)}%`);
    const date = fullDay(day);
    button.setAttribute("aria-label", days ? t(count ? "calendar.day" : "calendar.none", { date, count }) : date);
  }

  #build() {
    const head = h("tr", {}, Array.from({ length: 7 }, (_, index) =>
      h("th", { scope: "col", abbr: weekdayName(index, "long") }, weekdayName(index, "short"))));
    const rows = Array.from({ length: 6 }, () => h("tr", {}, Array.from({ length: 7 }, () => {
      const fill = h("span", { class: "fill", "aria-hidden": "true" });
      const button = h("button", { type: "button", tabindex: "-1" }, "0", fill);
      return h("td", { class: "cell", role: "gridcell" }, button);
    })));
    this.#cells = rows.flatMap((row) => [...row.children]);
    this.grid.setAttribute("role", "grid");
    this.grid.replaceChildren(h("thead", {}, head), h("tbody", {}, rows));
  }

  #turn(count) {
    this.#cursor = null;
    this.onMonth(shiftMonth(`${this.#view.month}-01`, count).slice(0, 7));
  }

  #key(event) {
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const back = getComputedStyle(this.grid).direction === "rtl";
    const day = move(this.#cursor, back, event.shiftKey);
    this.#cursor = day < this.#view.today ? this.#view.today : day;
    if (monthOf(this.#cursor) !== this.#view.month) this.onMonth(monthOf(this.#cursor));
    else this.show(this.#view);
    $(`[data-day="${this.#cursor}"] button`, this.grid)?.focus();
  }

  #click(event) {
    const cell = event.target.closest(".cell");
    if (!cell?.dataset.day) return;
    this.#cursor = cell.dataset.day;
    this.show(this.#view);
    // A click without a pointer comes from Enter or Space.
    if (cell.getAttribute("aria-disabled") === "false") this.onDay(cell.dataset.day, event.detail === 0);
  }
}
