// The code that shows that a visitor reads the mail of his address: some event types ask for it before they book.
import { $, announce, busy, h, icon } from "./dom.js";
import { fetchData } from "./api.js";
import { errorText, has, t } from "./messages.js";

export class EmailCode {
  #email = null;
  #input;
  #error;

  constructor(root) {
    this.root = root;
  }

  /** Whether a code was sent to this address, so that the visitor can have it. */
  isSentTo(email) {
    return this.#email === email.toLowerCase();
  }

  /** Sends one and asks for it. What goes wrong is thrown. */
  async ask(email) {
    await this.#send(email);
    this.#show(email);
    this.#input.focus();
    announce(t("code.sent", { email }));
  }

  /** The address is another one now. */
  forget() {
    this.#email = null;
    this.root.replaceChildren();
  }

  /** The six digits, or null with a word about what is missing. */
  read() {
    const code = this.#input.value.replace(/\s/g, "");
    const isCode = /^\d{6}$/.test(code);
    this.refuse(isCode ? null : t("code.missing"));
    return isCode ? code : null;
  }

  refuse(text) {
    this.#error.replaceChildren(...(text ? [icon("alert"), text] : []));
    this.#error.hidden = !text;
    this.#input.setAttribute("aria-invalid", Boolean(text));
    this.#input.setAttribute("aria-describedby", text ? "code-hint code-error" : "code-hint");
    if (!text) return;
    this.#input.focus();
    this.#input.select();
    announce(text);
  }

  async #send(email) {
    await fetchData("bookings/verification/email/send-code", { method: "POST", body: { email } });
    this.#email = email.toLowerCase();
  }

  #show(email) {
    this.#input = h("input", {
      id: "code-input", class: "input code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12,
      "aria-required": "true", "aria-describedby": "code-hint",
    });
    this.#error = h("p", { class: "error", id: "code-error", hidden: true });
    const again = h("button", { class: "button quiet", type: "button" }, t("code.again"));
    again.addEventListener("click", () => busy(again, () => this.#again(email)));
    this.root.replaceChildren(h("div", { class: "field" },
      h("label", { for: "code-input" }, t("code.label")), h("div", { class: "code-line" }, this.#input, again),
      h("p", { class: "hint", id: "code-hint" }, t("code.hint", { email })), this.#error));
  }

  async #again(email) {
    try {
      await this.#send(email);
      this.#input.value = "";
      this.refuse(null);
      this.#input.focus();
      announce(t("code.sent", { email }));
    } catch (error) {
      this.refuse(codeTrouble(error));
    }
  }
}

/** Why no code could be sent. */
export const codeTrouble = (error) => (has(`refused.${error.reason}`) ? t(`refused.${error.reason}`) : errorText(error));
