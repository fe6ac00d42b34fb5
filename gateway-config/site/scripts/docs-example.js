// Examples: those that the description gives, else made of what it says about the members; and requests for a shell.

import { resolve } from "./docs-text.js";

const formats = {
  "date-time": "2030-01-08T13:00:00.000Z", date: "2030-01-08", email: "leo@mail.test", uri: "https://example.com",
  uuid: "0d1f2c7e-6a0e-4b4e-9f0a-1f0b6f7f2a11",
};

/** A value that fits the schema. */
export function exampleOf(root, given, depth = 0) {
  const schema = resolve(root, given);
  if (schema.examples?.length) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if ("default" in schema) return schema.default;
  if (schema.enum) return schema.enum[0];
  const variant = (schema.oneOf ?? schema.anyOf)?.[0];
  if (variant) return exampleOf(root, variant, depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object": return depth > 6 ? {} : objectOf(root, schema, depth);
    case "array": return depth > 6 ? [] : [exampleOf(root, schema.items, depth + 1)];
    case "integer": case "number": return schema.minimum ?? 1;
    case "boolean": return true;
    case "null": return null;
    default: return formats[schema.format] ?? "text";
  }
}

function objectOf(root, schema, depth) {
  const required = schema.required ?? [];
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => !required.length || required.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(root, member, depth + 1)]));
}

/** The first example of a body or an answer. */
export function contentExample(root, media) {
  if (!media) return undefined;
  if ("example" in media) return media.example;
  const named = Object.values(media.examples ?? {})[0];
  return named ? named.value : exampleOf(root, media.schema);
}

/** JSON for people: short things on one line. */
export function pretty(value, indent = "") {
  const flat = JSON.stringify(value);
  if (flat === undefined || flat.length + indent.length < 76 || typeof value !== "object") return spaced(value);
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => inner + pretty(each, inner))
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${pretty(each, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

/** One line with room after commas and colons. */
function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`).join(", ")}}`;
  }
  return JSON.stringify(value) ?? "";
}

const shellQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a command; `body` replaces the first example. */
export function curl(root, { path, method, operation }, body) {
  const parameters = (operation.parameters ?? []).map((each) => ({ ...each, value: exampleOf(root, each.schema) }));
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(parameters.find((each) => each.in === "path" && each.name === name)?.value ?? name));
  const query = parameters.filter((each) => each.in === "query" && (each.required || shownInQuery(operation, each)))
    .map((each) => `${each.name}=${encodeURIComponent(each.value)}`).join("&");
  const server = root.servers?.[0]?.url ?? location.origin;
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${shellQuoted(`${server}${filled}${query && `?${query}`}`)}`];
  if (operation.security?.length && !operation.security.some((each) => !Object.keys(each).length)) {
    lines.push(operation.security[0].bearer ? `-H "Authorization: Bearer $TOKEN"` : `-b cookies.txt -c cookies.txt`);
  }
  const media = operation.requestBody?.content?.["application/json"];
  if (media) {
    lines.push(`-H 'Content-Type: application/json'`, `-d ${shellQuoted(pretty(body ?? contentExample(root, media)))}`);
  }
  return lines.join(" \\\n  ");
}

/** Where any of several parameters names the thing, the first is shown. */
const shownInQuery = (operation, parameter) =>
  parameter.name === "eventTypeId" && operation.operationId === "listSlots";
