// /signup
import { $, busy, h, notice } from "./dom.js";
import { allZones, browserZone } from "./dates.js";
import { sentences, showFieldErrors } from "./field-errors.js";
import "./frame.js";
import { errorText, t } from "./messages.js";
import { enter } from "./session.js";

function check({ name, username, email, password }) {
  const wrongs = {};
  if (!name) wrongs.name = t("wrong.required");
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(username)) wrongs.username = t("wrong.username");
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) wrongs.email = t("wrong.email");
  if (password.length < 10) wrongs.password = t("wrong.passwordShort");
  return wrongs;
}

async function signUp(form) {
  $("#trouble").replaceChildren();
  const { name, username, email, password, timeZone } = Object.fromEntries(new FormData(form));
  const answers = { name: name.trim(), username: username.trim(), email: email.trim(), password, timeZone };
  const wrongs = check(answers);
  showFieldErrors(form, wrongs);
  if (Object.keys(wrongs).length) return;
  try {
    await enter("signup", answers);
    location.replace("/dashboard");
    await new Promise(() => {});
  } catch (error) {
    const taken = error.status === 409;
    const fields = sentences(error.fields);
    if (taken) for (const path of Object.keys(fields)) fields[path] = t(`signup.taken.${path}`);
    showFieldErrors(form, fields);
    if (Object.keys(fields).length) return;
    $("#trouble").replaceChildren(notice("danger", taken ? t("signup.taken") : errorText(error)));
  }
}

/** ana-ruiz of "Ana Ruiz", until the visitor writes an address of his own. */
function suggestAddress() {
  const address = $("#username");
  let own = false;
  address.addEventListener("input", () => (own = address.value !== ""));
  $("#name").addEventListener("input", (event) => {
    if (own) return;
    const plain = event.target.value.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    address.value = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  });
}

$("#timeZone").replaceChildren(...allZones().map((zone) =>
  h("option", { value: zone, selected: zone === browserZone() }, zone.replaceAll("_", " "))));
suggestAddress();
$("#signup").addEventListener("submit", (event) => {
  event.preventDefault();
  busy($("#submit"), () => signUp(event.target));
});
