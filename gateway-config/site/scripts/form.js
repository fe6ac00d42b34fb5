// The visitor's details: builds the fields an event type asks for, checks them, and reads them as the API wants.
import { h, icon } from "./dom.js";
import { sentence } from "./field-errors.js";
import { t } from "./messages.js";

const emailShape = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const splitList = (text) => text.split(/[,;\s]+/).filter(Boolean);

/** What each kind of field is made of, how it is checked and what it reads as. */
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
const reads = { phone, number: Number, multiemail: splitList };
const types = { email: "email", phone: "tel", url: "url", number: "number" };

/** The fields of an event type, in the order in which a person answers them. */
export function fieldsOf(event) {
  const own = event.bookingFields ?? [];
  const find = (key) => own.find((field) => field.slug === key || (field.isDefault && field.type === key));
  const fields = [];
  const name = own.find((field) => field.type === "splitName");
  if (name) {
    fields.push({ path: "bookingFieldsResponses.name.firstName", kind: "text", label: t("details.firstName"), required: true, complete: "given-name", half: true });
    fields.push({ path: "bookingFieldsResponses.name.lastName", kind: "text", label: t("details.lastName"), required: true, complete: "family-name", half: true });
  } else {
    fields.push({ path: "attendee.name", kind: "text", label: find("name")?.label || t("details.name"), required: true, complete: "name" });
  }
  const email = find("email");
  if (!email?.hidden) {
    fields.push({ path: "attendee.email", kind: "email", label: email?.label || t("details.email"), required: email?.required !== false, complete: "email", hint: t("details.sentTo") });
  }
  for (const field of own) {
    if (field.hidden || ["name", "splitName", "email"].includes(field.type)) continue;
    if (["notes", "guests", "location", "rescheduleReason", "title"].includes(field.slug) && field.slug !== "title") continue;
    if (field.slug === "attendeePhoneNumber") {
      fields.push({ ...labelled(field), path: "attendee.phoneNumber", kind: "phone", complete: "tel", hint: t("details.phoneHint") });
    } else {
      fields.push({ ...labelled(field), path: `bookingFieldsResponses.${field.slug}`, kind: field.type,
        hint: field.type === "phone" ? t("details.phoneHint") : null, complete: { phone: "tel", url: "url", address: "street-address" }[field.type] });
    }
  }
  const notes = find("notes");
  if (!notes?.hidden) fields.push({ ...labelled(notes), path: "bookingFieldsResponses.notes", kind: "textarea", label: notes?.label || t("details.notes") });
  if (!event.disableGuests && !find("guests")?.hidden) {
    fields.push({ path: "guests", kind: "multiemail", label: t("details.guests"), hint: t("details.guestsHint") });
  }
  return fields;
}

const labelled = (field) => ({ label: field?.label || field?.slug, required: field?.required, placeholder: field?.placeholder,
  options: field?.options });

/** Fields on the page. `draft` is what was typed before; `changed(values)` keeps it. */
export class Fields {
  #rows = [];

  constructor(root, fields, draft, changed) {
    this.root = root;
    root.replaceChildren();
    for (const field of fields) this.#add(field, draft?.[field.path]);
    this.#showWanted();
    root.addEventListener("input", (event) => {
      const row = this.#rows.find((each) => each.element.contains(event.target));
      if (row?.wrong) this.#mark(row, this.#check(row));
      this.#showWanted();
      changed(Object.fromEntries(this.#rows.map((each) => [each.path, each.value()])));
    });
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
      const row = this.#rows.find((each) => path === each.path || path.startsWith(`${each.path}.`) || path.startsWith(`${each.path}[`));
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
    if (empty) return row.required ? t({ boolean: "wrong.tick", radio: "wrong.choose", select: "wrong.choose" }[row.kind] ?? "wrong.required") : null;
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
    row.element = h(several ? "fieldset" : "div", { class: "field" },
      several ? h("legend", {}, field.label, optional) : field.kind !== "boolean" && h("label", { for: id }, field.label, optional),
      row.body, hint, error);
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
    const common = { id: row.id, class: "input", autocomplete: row.complete, placeholder: row.placeholder, "aria-required": row.required ? "true" : null };
    let control;
    if (row.kind === "select") {
      control = h("select", common, h("option", { value: "" }, t("details.choose")), (row.options ?? []).map((each) => h("option", { value: each }, each)));
    } else if (row.kind === "textarea") {
      control = h("textarea", { ...common, rows: 3, maxlength: 5000 });
    } else {
      control = h("input", { ...common, type: types[row.kind] ?? "text", inputmode: row.kind === "multiemail" ? "email" : null, maxlength: 500, step: row.kind === "number" ? "any" : null });
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
    const labels = row.options.map((option) => {
      const { value, label } = typeof option === "string" ? { value: option, label: option } : option;
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
