// Small tools for building and finding elements. Text always goes in as text, never as markup.

import { icons } from "./icons.js";

export const $ = (selector, scope = document) => scope.querySelector(selector);

/** Makes an element. Attributes: `on…` are listeners; null and false are absent, but `aria-…` says false. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of icons.js; decoration, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

/** The rows of a description list, of [name, value]; those without a value are left out. */
export const factRows = (rows) => rows.filter(([, value]) => value)
  .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, ...[value].flat())));

/** Says `text` to screen readers without moving the focus. */
export function announce(text) {
  const region = $("#announcer");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied and filled in the same task is not read again.
  setTimeout(() => (region.textContent = text), 60);
}

/** Marks a button as busy for as long as `work` takes, and refuses to start it twice. */
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

/** A box that says what went wrong or changed; `action` is an optional { label, run }. */
export function notice(kind, text, action) {
  const button = action && h("button", { class: "button", type: "button", onclick: action.run }, action.label);
  const symbol = { wait: "wait", danger: "alert" }[kind] ?? "alert";
  return h("div", { class: `notice ${kind}`, role: "alert" }, icon(symbol), h("div", {}, h("p", {}, text), button));
}
