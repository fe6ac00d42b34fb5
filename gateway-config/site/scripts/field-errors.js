// What is wrong with a field, in words below it.
import { $, icon } from "./dom.js";

/** "must be an address" from the API reads as a sentence at its field. */
export function sentence(reason) {
  const text = String(reason).trim();
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The API's field reasons as sentences. */
export const sentences = (fields = {}) =>
  Object.fromEntries(Object.entries(fields).map(([path, reason]) => [path, sentence(reason)]));

/** Wires the plain form of a page (log in, sign up): the error of each named control goes below it. */
export function showFieldErrors(form, wrongs) {
  let first = null;
  for (const control of form.querySelectorAll("[name]")) {
    const wrong = wrongs[control.name];
    const error = $(`#${control.id}-error`);
    error.replaceChildren(...(wrong ? [icon("alert"), wrong] : []));
    error.hidden = !wrong;
    control.setAttribute("aria-invalid", Boolean(wrong));
    if (wrong) first ??= control;
  }
  first?.focus();
}
