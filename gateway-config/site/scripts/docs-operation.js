// One operation, opened: what it does, how to ask, what comes back.

import { announce, h, icon } from "./dom.js";
import { t } from "./messages.js";
import { contentExample, curl, pretty } from "./docs-example.js";
import { opening, schemaTree } from "./docs-schema.js";
import { paragraphs, resolve, rich } from "./docs-text.js";

/** The body of an entry; made once, when it is opened. */
export function operationBody(root, entry) {
  const { operation } = entry;
  return h("div", { class: "body" },
    h("div", { class: "says" }, paragraphs(operation.description), tools(entry)),
    parameterList(root, operation),
    requestPart(root, entry),
    section(t("docs.answers"), answerList(root, operation)));
}

const section = (title, ...children) => h("section", {}, h("h3", {}, title), ...children);

function tools({ operation }) {
  const open = operation.security?.some((each) => !Object.keys(each).length);
  const cookie = operation.security?.some((each) => each.refreshCookie);
  return h("div", { class: "tools" },
    h("span", {}, t(open ? "docs.access.anyone" : cookie ? "docs.access.cookie" : "docs.access.caller")),
    copyButton(t("docs.copyLink"), () => `${location.origin}${location.pathname}#${operation.operationId}`));
}

// MARK: Asking

function parameterList(root, operation) {
  const parameters = operation.parameters ?? [];
  if (!parameters.length) return null;
  const schema = {
    properties: Object.fromEntries(parameters.map((each) => [
      each.name, { ...resolve(root, each.schema), description: parameterText(each) }])),
    required: parameters.filter((each) => each.required).map((each) => each.name),
  };
  return section(t("docs.parameters"), schemaTree(root, schema));
}

const parameterText = (parameter) => [t(`docs.in.${parameter.in}`), parameter.description].filter(Boolean).join(" ");

function requestPart(root, entry) {
  const media = entry.operation.requestBody?.content?.["application/json"];
  const named = Object.entries(media?.examples ?? {});
  const samples = named.length > 1
    ? named.map(([title, example]) => sample(title, curl(root, entry, example.value)))
    : [sample(t("docs.shell"), curl(root, entry))];
  return section(t(media ? "docs.body" : "docs.request"), media && schemaTree(root, media.schema), h("div", { class: "inside" }, samples));
}

// MARK: Answers

function answerList(root, operation) {
  return h("ul", { class: "answers" }, Object.entries(operation.responses ?? {}).map(([status, given]) => {
    const response = resolve(root, given);
    const isWrong = status >= "400";
    const details = h("details", {}, h("summary", {},
      h("span", { class: `status ${isWrong ? "wrong" : ""}` }, status),
      h("span", {}, isWrong ? reasonNames(response) : rich(response.description ?? "")), icon("down")));
    details.addEventListener("toggle", () => details.append(answerInside(root, response, isWrong)), { once: true });
    details.open = false;
    return h("li", {}, details);
  }));
}

const reasonLines = (response) => (response.description ?? "").split("\n").filter((line) => line.startsWith("`"));

function reasonNames(response) {
  const names = reasonLines(response).map((line) => line.split("`")[1]);
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? t("docs.reasonsMore", { shown, count: names.length - 4 }) : shown;
}

function answerInside(root, response, isWrong) {
  if (isWrong) {
    return h("div", { class: "inside" }, h("ul", { class: "reasons" }, reasonLines(response).map((line) => h("li", {}, rich(line)))));
  }
  const [type, media] = Object.entries(response.content ?? {})[0] ?? [];
  if (!media) return h("div", { class: "inside" }, h("p", { class: "muted" }, t("docs.noBody")));
  const example = contentExample(root, media);
  return h("div", { class: "inside" },
    sample(type, type === "application/json" ? pretty(example) : String(example)),
    type === "application/json" && opening(t("docs.members"), () => schemaTree(root, media.schema)));
}

// MARK: Samples

export function sample(title, text) {
  return h("figure", { class: "sample" },
    h("header", {}, h("span", {}, title), copyButton(t("docs.copy"), () => text)),
    // Scrolled by the keys too, where it is wider than the sheet.
    h("pre", { tabindex: "0", role: "group", "aria-label": title }, h("code", {}, text)));
}

/** Copies what `text` gives. Without a clipboard (plain HTTP) the old way does. */
function copyButton(label, text) {
  const button = h("button", { class: "button quiet", type: "button" }, icon("copy"), label);
  button.addEventListener("click", async () => {
    await copy(text());
    button.replaceChildren(icon("check"), t("docs.copied"));
    announce(t("docs.copied"));
    setTimeout(() => button.replaceChildren(icon("copy"), label), 2000);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
