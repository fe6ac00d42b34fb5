// Fields on the page: shown, checked, and read in the shape of the request.
import { h, icon } from "./dom.js";
import { sentence } from "./field-errors.js";
import { t } from "./messages.js";

const emailShape = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const splitList = (text) => text.split(/[,;\s]+/).filter(Boolean);

/** What is wrong with an answer of a kind, if anything. */
const checks = {
  email: (text) => (emailShape.test(text) ? null : t("wrong.email")),
  phone: (text) => (/^\+[1-9]\d{6,14}$/.test(phone(text)) ? null : t("wrong.phone")),
  url: (text) => (/^https?:\/\/[^\s.]+\.\S+$/.test(text) ? null : t("wrong.url")),
  number: (text) => (text !== "" && Number.isFinite(Number(text)) ? null : t("wrong.number")),
  multiemail: (text) => {
    const wrong = splitList(text).filter((each) => !emailShape.test(each));
    return wrong.length ? t("wrong.emails", { list: wrong.join(", ") }) : null;
  },
};
const phone = (text) => text.replace(/[\s().-]/g, "");
const reads = { phone, number: Number, count: Number, multiemail: splitList };
const types = { email: "email", phone: "tel", url: "url", number: "number" };
const extras = { multiemail: { inputmode: "email" }, number: { step: "any" } };
/** An option is a text, or a value with its label. */
const choice = (option) => (typeof option === "object" ? option : { value: option, label: option });

/** guests covers guests[1] and guests.1, but not guestsOfHonour. */
const covers = (path, other) => other.startsWith(path) && /^($|[.[])/.test(other.slice(path.length));

const emptyWords = { boolean: "wrong.tick", radio: "wrong.choose", select: "wrong.choose" };

/** Fields on the page. `draft` is what was typed before, `given` what a link brought along; `changed(values)` keeps what
 *  is typed. */
export class Fields {
  #rows = [];

  constructor(root, fields, { draft, given = {} }, changed) {
    this.root = root;
    root.replaceChildren();
    for (const field of fields) {
      const isGiven = field.path in given;
      const isFixed = field.fixed && isGiven;
      this.#add(field, (isFixed ? null : draft?.[field.path]) ?? given[field.path] ?? field.first);
      if (isFixed) this.#fix(this.#rows.at(-1));
    }
    this.#showWanted();
    root.addEventListener("input", (event) => {
      const row = this.#rows.find((each) => each.element.contains(event.target));
      if (row?.wrong) this.#mark(row, this.#check(row));
      this.#showWanted();
      changed(Object.fromEntries(this.#rows.map((each) => [each.path, each.value()])));
    });
  }

  /** One answer as it stands; undefined where it is not asked for. */
  value(path) {
    const row = this.#rows.find((each) => each.path === path);
    return row && reads[row.kind] ? reads[row.kind](row.value()) : row?.value();
  }

  /** Puts something of the page's own below a field. */
  attach(path, element) {
    this.#rows.find((each) => each.path === path)?.element.append(element);
  }

  /** Checks everything; the number of fields that are wrong. The first of them gets the focus. */
  check() {
    for (const row of this.#rows) this.#mark(row, this.#check(row));
    return this.#settle();
  }

  /** Shows what the API found wrong. Answers the reasons that belong to no field here. */
  refuse(wrongs) {
    const homeless = [];
    for (const [path, reason] of Object.entries(wrongs)) {
      const row = this.#rows.find((each) => covers(each.path, path));
      if (row) this.#mark(row, sentence(reason));
      else homeless.push(`${path}: ${reason}`);
    }
    this.#settle();
    return homeless;
  }

  /** The answers as an object in the shape of the request; what is empty is left out. */
  read() {
    const body = {};
    for (const row of this.#rows.filter((each) => this.#isWanted(each))) {
      const raw = row.value();
      if (raw === "" || raw === false || (Array.isArray(raw) && !raw.length)) continue;
      const keys = row.path.split(".");
      const last = keys.pop();
      const parent = keys.reduce((node, key) => (node[key] ??= {}), body);
      parent[last] = reads[row.kind] ? reads[row.kind](raw) : raw;
    }
    return body;
  }

  /** `when`: [path, answer] of another field that makes this one a question. */
  #isWanted({ when }) {
    return !when || this.#rows.find((row) => row.path === when[0]).value() === when[1];
  }

  #showWanted() {
    for (const row of this.#rows) row.element.hidden = !this.#isWanted(row);
  }

  #check(row) {
    if (!this.#isWanted(row)) return null;
    const value = row.value();
    const empty = value === "" || value === false || (Array.isArray(value) && !value.length);
    if (empty) return row.required ? t(emptyWords[row.kind] ?? "wrong.required") : null;
    return checks[row.kind]?.(value) ?? null;
  }

  #mark(row, wrong) {
    row.wrong = wrong;
    row.error.replaceChildren(...(wrong ? [icon("alert"), wrong] : []));
    row.error.hidden = !wrong;
    for (const control of row.controls) {
      control.setAttribute("aria-invalid", Boolean(wrong));
      const described = [row.hint && `${row.id}-hint`, wrong && `${row.id}-error`].filter(Boolean).join(" ");
      if (described) control.setAttribute("aria-describedby", described);
      else control.removeAttribute("aria-describedby");
    }
  }

  /** What a link has settled can be read but not changed. */
  #fix(row) {
    for (const control of row.controls) {
      if (control.matches("select, [type=radio], [type=checkbox]")) control.disabled = true;
      else control.readOnly = true;
    }
  }

  #settle() {
    const wrong = this.#rows.filter((row) => row.wrong);
    wrong[0]?.controls[0].focus();
    return wrong.length;
  }

  #add(field, before) {
    const id = `field-${this.#rows.length}`;
    const several = field.kind === "radio" || field.kind === "checkbox" || field.kind === "multiselect";
    const optional = !field.required && field.kind !== "boolean" && h("span", { class: "optional" }, t("optional"));
    const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
    const hint = field.hint && h("p", { class: "hint", id: `${id}-hint` }, field.hint);
    const row = { ...field, id, error, controls: [] };
    if (several) this.#choices(row, before);
    else if (field.kind === "boolean") this.#tick(row, before);
    else this.#single(row, before);
    const label = several ? h("legend", {}, field.label, optional) : h("label", { for: id }, field.label, optional);
    const above = field.kind !== "boolean" && label;
    row.element = h(several ? "fieldset" : "div", { class: "field" }, above, row.body, hint, error);
    this.#rows.push(row);
    this.#mark(row, null);
    this.#place(row);
  }

  /** Two half fields that follow each other share a line. */
  #place(row) {
    const last = this.root.lastElementChild;
    if (!row.half) this.root.append(row.element);
    else if (last?.classList.contains("pair") && last.children.length === 1) last.append(row.element);
    else this.root.append(h("div", { class: "pair" }, row.element));
  }

  #single(row, before) {
    const common = {
      id: row.id, class: "input", autocomplete: row.complete, placeholder: row.placeholder,
      "aria-required": row.required ? "true" : null,
    };
    let control;
    if (row.kind === "select" || row.kind === "count") {
      const options = (row.options ?? []).map(choice).map(({ value, label }) => h("option", { value }, label));
      const none = row.kind === "select" && h("option", { value: "" }, t("details.choose"));
      control = h("select", common, ...[none].filter(Boolean), options);
    } else if (row.kind === "textarea") {
      control = h("textarea", { ...common, rows: 3, maxlength: 5000 });
    } else {
      control = h("input", { ...common, type: types[row.kind] ?? "text", maxlength: 500, ...extras[row.kind] });
    }
    if (typeof before === "string") control.value = before;
    row.controls = [control];
    row.body = control;
    row.value = () => control.value.trim();
  }

  #tick(row, before) {
    const control = h("input", { type: "checkbox", id: row.id, "aria-required": row.required ? "true" : null });
    control.checked = before === true;
    row.controls = [control];
    row.body = h("label", { class: "choice" }, control, h("span", {}, row.label));
    row.value = () => control.checked;
  }

  #choices(row, before) {
    const one = row.kind === "radio";
    const labels = (row.options ?? []).map((option) => {
      const { value, label } = choice(option);
      const control = h("input", { type: one ? "radio" : "checkbox", name: row.id, value });
      control.checked = one ? before === value : Array.isArray(before) && before.includes(value);
      row.controls.push(control);
      return h("label", { class: "choice" }, control, h("span", {}, label));
    });
    row.body = h("div", {}, labels);
    const ticked = () => row.controls.filter((control) => control.checked).map((control) => control.value);
    row.value = one ? () => ticked()[0] ?? "" : ticked;
  }
}
