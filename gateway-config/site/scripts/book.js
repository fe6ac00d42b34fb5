// /book/{username} and /book/{username}/{slug}
import "./frame.js";

const [, username, slug] = location.pathname.split("/").filter(Boolean).map(decodeURIComponent);

if (slug) import("./event-page.js").then(({ openEvent }) => openEvent(username, slug));
else import("./host-page.js").then(({ showHost }) => showHost(username));
