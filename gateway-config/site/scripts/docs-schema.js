// A schema as a list of members that opens downwards. What is inside is only made when somebody opens it.

import { h } from "./dom.js";
import { t } from "./messages.js";
import { refName, resolve, rich } from "./docs-text.js";

/** The members of an object, the elements of an array, or the ways to write a value. */
export function schemaTree(root, given) {
  const schema = resolve(root, given);
  const inside = innerOf(root, schema);
  if (inside) return inside();
  return h("ul", { class: "members" }, h("li", {}, h("div", { class: "head" }, facts(root, given, schema))));
}

function memberItem(root, name, given, isRequired) {
  const schema = resolve(root, given);
  const inside = innerOf(root, schema);
  return h("li", {},
    h("div", { class: "head" }, h("code", { class: "name" }, name), facts(root, given, schema),
      isRequired && h("span", { class: "must" }, t("docs.required"))),
    schema.description && h("p", {}, rich(schema.description)),
    inside && opening(openLabel(root, given, schema), inside));
}

/** A part that is made when it is opened. */
export function opening(label, make, attributes = {}) {
  const details = h("details", { class: "inner", ...attributes }, h("summary", {}, label));
  details.addEventListener("toggle", () => details.children.length < 2 && details.append(make()), { once: true });
  return details;
}

const openLabel = (root, given, schema) => {
  const element = schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : null);
  return refName(given) || refName(element) || variants(schema).map(refName).filter(Boolean).join(", ") || t("docs.members");
};

const variants = (schema) => schema.oneOf ?? schema.anyOf ?? [];

/** A function that shows what is inside, or null for a plain value. */
function innerOf(root, schema) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length) {
    return () => h("ul", { class: "members" },
      properties.map(([name, member]) => memberItem(root, name, member, schema.required?.includes(name))));
  }
  if (schema.items) return innerOf(root, resolve(root, schema.items));
  if (schema.additionalProperties && typeof schema.additionalProperties === "object") {
    return () => h("ul", { class: "members" }, memberItem(root, t("docs.anyKey"), schema.additionalProperties, false));
  }
  const complex = variants(schema).filter((each) => innerOf(root, resolve(root, each)));
  if (!complex.length) return null;
  if (complex.length === 1) return innerOf(root, resolve(root, complex[0]));
  return () => h("ul", { class: "members" }, complex.map((each, index) =>
    memberItem(root, refName(each) || t("docs.variant", { number: index + 1 }), each, false)));
}

/** What kind of value it is, and its bounds. */
function facts(root, given, schema) {
  return [h("span", { class: "kind" }, kind(root, schema)), h("span", { class: "bounds" }, bounds(schema).join(" · "))];
}

function kind(root, schema) {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  const choice = variants(schema);
  if (choice.length) return [...new Set(choice.map((each) => kind(root, resolve(root, each))))].join(" | ");
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => (type === "array" ? `${kind(root, resolve(root, schema.items))}[]` : type)).join(" | ");
}

function bounds(schema) {
  const found = [];
  const between = (least, most, one) => {
    if (least !== undefined && most !== undefined) found.push(`${least}–${most}${one}`);
    else if (least !== undefined) found.push(`≥ ${least}${one}`);
    else if (most !== undefined) found.push(`≤ ${most}${one}`);
  };
  if (schema.format) found.push(schema.format);
  between(schema.minimum, schema.maximum, "");
  between(schema.minLength, schema.maxLength, ` ${t("docs.characters")}`);
  between(schema.minItems, schema.maxItems, ` ${t("docs.elements")}`);
  if (schema.multipleOf) found.push(`× ${schema.multipleOf}`);
  if ("default" in schema) found.push(t("docs.default", { value: JSON.stringify(schema.default) }));
  if (schema.deprecated) found.push(t("docs.deprecated"));
  return found;
}
