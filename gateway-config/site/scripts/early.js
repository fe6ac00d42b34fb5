// Runs before the first paint, so that neither the theme nor the layout changes under the reader's eyes.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("daybook.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage is blocked: the system's theme holds.
  }
  const path = location.pathname.split("/").filter(Boolean);
  if (path[0] !== "book") return;
  const isGroup = /\+|%2b/i.test(path[1]);
  root.dataset.view = path.length > 2 || isGroup ? "event" : "host";
  root.toggleAttribute("data-group", isGroup);
  root.dataset.step = new URLSearchParams(location.search).has("time") ? "details" : "choose";
})();
