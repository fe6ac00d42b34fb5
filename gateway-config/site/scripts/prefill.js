// Answers that a link brings along: ?name=Ana&email=ana@mail.com&guests=leo@mail.com&favourite=tea

const truths = new Set(["true", "1", "yes", "on"]);
const labelOf = (option) => (typeof option === "object" ? option.value : option);

/** The name by which a link calls a field, of the place where its answer goes. */
function keyOf({ path }) {
  if (path === "attendee.phoneNumber") return "attendeePhoneNumber";
  return path.startsWith("location.") || path === "reschedulingReason" ? null : path.split(".").pop();
}

/** Field path to the answer in a link, in the form in which a draft has it; what cannot be an answer is left out. */
export function prefilled(fields, query) {
  const answers = {};
  for (const field of fields) {
    const given = query.getAll(keyOf(field) ?? "").map((text) => text.trim()).filter(Boolean);
    const answer = given.length ? read(field, given) : null;
    if (answer !== null) answers[field.path] = answer;
  }
  return answers;
}

function read({ kind, options = [] }, given) {
  const offered = options.map(labelOf).map(String);
  switch (kind) {
    case "boolean": return truths.has(given[0].toLowerCase());
    case "multiemail": return given.join(", ");
    case "select": case "radio": case "count": return offered.includes(given[0]) ? given[0] : null;
    case "checkbox": case "multiselect": {
      const chosen = given.flatMap((text) => (offered.includes(text) ? [text] : text.split(",").map((each) => each.trim())));
      const known = chosen.filter((text) => offered.includes(text));
      return known.length ? known : null;
    }
    default: return given[0].slice(0, 5000);
  }
}
