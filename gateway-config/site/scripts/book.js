// /book/{name} and /book/{name}/{slug}, the name being a person's, a team's or those of several people; see offers.js
import { segments } from "./address.js";
import "./frame.js";

const [, name, slug] = segments();

if (slug || name.includes("+")) import("./event-page.js").then(({ openEvent }) => openEvent(name, slug));
else import("./host-page.js").then(({ showHost }) => showHost(name));
