// /book/{username} and /book/{username}/{slug}
import { segments } from "./address.js";
import "./frame.js";

const [, username, slug] = segments();

if (slug) import("./event-page.js").then(({ openEvent }) => openEvent(username, slug));
else import("./host-page.js").then(({ showHost }) => showHost(username));
