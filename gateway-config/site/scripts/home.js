// /: the sample leaf shows today.
import { $ } from "./dom.js";
import "./frame.js";

const today = new Date();
const part = (options) => new Intl.DateTimeFormat(document.documentElement.lang, options).format(today);
$("#number").textContent = today.getDate();
$("#weekday").textContent = part({ weekday: "long" });
$("#month").textContent = part({ month: "long", year: "numeric" });
