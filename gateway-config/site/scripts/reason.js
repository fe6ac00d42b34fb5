// The dialog in which the owner says why he cancels or declines.
import { $, busy, h, notice } from "./dom.js";
import { longDate, timeText } from "./dates.js";
import { showFieldErrors } from "./field-errors.js";
import { errorText, t } from "./messages.js";

const dialog = $("#refuse");
const form = $("#refuse form");
let pending = null;

/** `what`: "cancel", which needs a reason, or "decline", which does not. `send(reason)` does it; the dialog stays
 *  open with an error when that fails. */
export function askReason({ booking, what, zone }, send) {
  const needed = what === "cancel";
  pending = { needed, send };
  const [title, button, label] = [...$(`#${what}-words`).content.children].map((each) => each.textContent);
  $("#refuse-title").textContent = title;
  $("#refuse-yes").textContent = button;
  $("label", form).replaceChildren(label, needed ? "" : h("span", { class: "optional" }, t("optional")));
  const date = `${longDate(booking.start, zone)}, ${timeText(booking.start, zone)}`;
  $("#refuse-what").textContent = t("dashboard.cancelWhat", { title: booking.title, date });
  $("#trouble").replaceChildren();
  form.reset();
  showFieldErrors(form, {});
  dialog.showModal();
  $("#reason").focus();
}

async function submit() {
  const reason = $("#reason").value.trim();
  if (pending.needed && !reason) return showFieldErrors(form, { reason: t("dashboard.reasonNeeded") });
  try {
    await pending.send(reason);
    dialog.close();
  } catch (error) {
    $("#trouble").replaceChildren(notice("danger", errorText(error)));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy($("#refuse-yes"), submit);
});
$("#refuse-no").addEventListener("click", () => dialog.close());
