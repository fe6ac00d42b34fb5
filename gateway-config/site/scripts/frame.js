// The frame of every page: the theme switch and the word about a lost connection.
import { $, announce, h } from "./dom.js";
import { t } from "./messages.js";
import { lasting } from "./storage.js";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const themeButton = $("#theme");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

const showTheme = () => themeButton.setAttribute("aria-pressed", isDark());

function turnTheme() {
  const wanted = isDark() ? "light" : "dark";
  // Back at what the system wants means to follow the system again.
  if ((wanted === "dark") === systemDark.matches) {
    delete root.dataset.theme;
    lasting.remove("theme");
  } else {
    root.dataset.theme = wanted;
    lasting.set("theme", wanted);
  }
  showTheme();
}

function showConnection() {
  $(".offline")?.remove();
  if (!navigator.onLine) document.body.append(h("p", { class: "offline", role: "status" }, t("offline")));
}

if (themeButton) {
  themeButton.addEventListener("click", turnTheme);
  systemDark.addEventListener("change", showTheme);
  showTheme();
}
addEventListener("offline", showConnection);
addEventListener("online", () => {
  showConnection();
  announce(t("online"));
});
showConnection();
