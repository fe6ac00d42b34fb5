// Words of the description as elements: `code` in back-ticks, and an empty line between paragraphs.

import { h } from "./dom.js";

/** The pieces of one paragraph. */
export const rich = (text) => text.split("`").map((piece, index) => (index % 2 ? h("code", {}, piece) : piece));

export const paragraphs = (text) => (text ?? "").split("\n\n").filter(Boolean).map((each) => h("p", {}, rich(each)));

/** Follows a `$ref` within the document; what stands beside it counts too. */
export function resolve(root, schema) {
  if (!schema?.$ref) return schema ?? {};
  const { $ref, ...beside } = schema;
  const target = $ref.slice(2).split("/").reduce((value, key) => value?.[key], root);
  return { ...resolve(root, target), ...beside };
}

/** The name that a schema goes by: `Booking`. */
export const refName = (schema) => schema?.$ref?.split("/").at(-1) ?? "";
