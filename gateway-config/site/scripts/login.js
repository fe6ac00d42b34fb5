// /login
import { $, busy, notice } from "./dom.js";
import { sentences, showFieldErrors } from "./field-errors.js";
import "./frame.js";
import { errorText, t } from "./messages.js";
import { enter, isKnown, renew } from "./session.js";

/** Where to go after the log-in: only a path of this site, never another address. */
function next() {
  const wanted = URL.parse(new URLSearchParams(location.search).get("next") ?? "/dashboard", location.origin);
  return wanted?.origin === location.origin ? wanted.pathname + wanted.search : "/dashboard";
}

async function logIn(form) {
  $("#trouble").replaceChildren();
  const answers = Object.fromEntries(new FormData(form));
  const wrongs = {};
  if (!answers.email.trim()) wrongs.email = t("wrong.required");
  if (!answers.password) wrongs.password = t("wrong.required");
  showFieldErrors(form, wrongs);
  if (Object.keys(wrongs).length) return;
  try {
    await enter("login", { email: answers.email.trim(), password: answers.password });
    location.replace(next());
    await new Promise(() => {});
  } catch (error) {
    const fields = sentences(error.fields);
    if (error.status === 401) fields.password = t("login.wrong");
    showFieldErrors(form, fields);
    if (error.status === 401) $("#password").select();
    if (!Object.keys(fields).length) $("#trouble").replaceChildren(notice("danger", errorText(error)));
  }
}

$("#login").addEventListener("submit", (event) => {
  event.preventDefault();
  busy($("#submit"), () => logIn(event.target));
});
// A browser that is logged in already has nothing to do here.
if (isKnown()) renew().then(() => location.replace(next()), () => {});
