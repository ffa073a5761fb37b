// Draws the operations of openapi.json. No library; nothing is written as HTML text, so nothing in the
// document can become markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH_MAX = 6;

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
};

const resolve = (doc, value) => {
  let found = value;
  for (let hops = 0; found && found.$ref && hops < 8; hops += 1) {
    found = found.$ref.slice(2).split("/").reduce((at, part) => at && at[part.replace(/~1/g, "/").replace(/~0/g, "~")], doc);
  }
  return found || {};
};

const nameOf = (schema) => (schema && schema.$ref ? schema.$ref.split("/").pop() : undefined);

const kindOf = (doc, schema) => {
  const plain = resolve(doc, schema);
  const several = plain.oneOf || plain.anyOf;
  if (several) {
    return [...new Set(several.map((part) => nameOf(part) || kindOf(doc, part)))].join(" | ");
  }
  const types = [plain.type || (plain.properties ? "object" : "any")].flat();
  return types
    .map((type) => {
      if (type === "array") return `${nameOf(plain.items) || kindOf(doc, plain.items || {})}[]`;
      if (plain.enum && type !== "null") return plain.enum.map((word) => JSON.stringify(word)).join(" | ");
      return plain.format ? `${type} (${plain.format})` : type;
    })
    .join(" | ");
};

const limitsOf = (schema) => {
  const said = [];
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    said.push(`${schema.minLength ?? 0} to ${schema.maxLength ?? "any number of"} characters`);
  }
  if (schema.minimum !== undefined || schema.maximum !== undefined) {
    said.push(`${schema.minimum ?? "…"} to ${schema.maximum ?? "…"}`);
  }
  if (schema.default !== undefined && typeof schema.default !== "object") said.push(`default ${JSON.stringify(schema.default)}`);
  const example = schema.example ?? (schema.examples && schema.examples[0]);
  if (example !== undefined && typeof example !== "object") said.push(`for example ${JSON.stringify(example)}`);
  return said.join("; ");
};

// Fields of a schema as a nested list. `path` holds the names above, so that a loop ends.
const fieldsOf = (doc, schema, path) => {
  const plain = resolve(doc, schema);
  const own = nameOf(schema);
  if (path.length > DEPTH_MAX || (own && path.includes(own))) return undefined;
  const below = own ? [...path, own] : path;
  if (plain.type === "array" || (Array.isArray(plain.type) && plain.type.includes("array"))) {
    return fieldsOf(doc, plain.items || {}, below);
  }
  const parts = plain.allOf || (plain.oneOf || plain.anyOf || []).filter((part) => part.type !== "null");
  if (parts.length) {
    const lists = parts.map((part) => fieldsOf(doc, part, below)).filter(Boolean);
    return lists.length ? make("div", {}, ...lists) : undefined;
  }
  if (!plain.properties) return undefined;
  const required = plain.required || [];
  const items = Object.entries(plain.properties).map(([name, field]) => {
    const inner = resolve(doc, field);
    const said = [field.description || inner.description, limitsOf(inner)].filter(Boolean).join(" ");
    return make(
      "li",
      {},
      make("span", { class: "name" }, name),
      " ",
      make("span", { class: "kind" }, nameOf(field) || kindOf(doc, field)),
      required.includes(name) ? make("span", { class: "must" }, " required") : "",
      said ? make("span", { class: "said" }, ` ${said}`) : "",
      fieldsOf(doc, field, below),
    );
  });
  return make("ul", { class: "schema" }, ...items);
};

const contentOf = (doc, content) => {
  const [kind, media] = Object.entries(content || {})[0] || [];
  if (!kind) return [];
  const schema = media.schema || {};
  const title = make("p", {}, make("span", { class: "kind" }, `${kind} ${nameOf(schema) || kindOf(doc, schema)}`));
  return [title, fieldsOf(doc, schema, [])].filter(Boolean);
};

const parametersOf = (doc, operation) => {
  const all = (operation.parameters || []).map((parameter) => resolve(doc, parameter));
  if (!all.length) return [];
  const rows = all.map((p) =>
    make(
      "tr",
      {},
      make("td", {}, make("span", { class: "name" }, p.name), p.required ? make("span", { class: "must" }, " required") : ""),
      make("td", { class: "kind" }, `${p.in}, ${kindOf(doc, p.schema || {})}`),
      make("td", {}, p.description || ""),
    ),
  );
  const head = make("tr", {}, make("th", {}, "Name"), make("th", {}, "Where"), make("th", {}, "What"));
  return [make("h3", {}, "Parameters"), make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))];
};

const answersOf = (doc, operation) => {
  const rows = Object.entries(operation.responses || {}).map(([status, answer]) => {
    const plain = resolve(doc, answer);
    const shape = status < "400" ? contentOf(doc, plain.content) : [];
    return make("tr", {}, make("td", { class: "status" }, status), make("td", {}, plain.description || "", ...shape));
  });
  return [make("h3", {}, "Answers"), make("table", {}, make("tbody", {}, ...rows))];
};

const rightsOf = (operation) => {
  const security = operation.security || [];
  const key = security.find((way) => way.key);
  const words = [];
  if (!security.length || security.some((way) => !Object.keys(way).length)) words.push("public");
  else if (key) words.push(...key.key, "key or log-in");
  else words.push("log-in only");
  words.push(...(operation["x-policy"] || []).map((promise) => `policy ${promise}`));
  return make("ul", { class: "tags", "aria-label": "Who may call it" }, ...words.map((word) => make("li", {}, word)));
};

const detailsOf = (doc, operation) => {
  const body = make("div", { class: "body" });
  if (operation.description) body.append(...operation.description.split("\n\n").map((text) => make("p", {}, text)));
  body.append(rightsOf(operation), ...parametersOf(doc, operation));
  if (operation.requestBody) {
    body.append(make("h3", {}, "Body"), ...contentOf(doc, resolve(doc, operation.requestBody).content));
  }
  body.append(...answersOf(doc, operation));
  return body;
};

const operationOf = (doc, entry) => {
  const { method, path, operation } = entry;
  const id = operation.operationId || `${method}${path}`;
  const summary = make(
    "summary",
    {},
    make("span", { class: `method ${method}` }, method),
    make("span", { class: "path" }, path),
    make("span", { class: "what" }, (operation.summary || "").replace(/\.$/, "")),
  );
  const element = make("details", { class: "operation", id }, summary);
  // Drawn when it is opened: a large document is shown at once.
  element.addEventListener("toggle", () => {
    if (element.open && element.children.length === 1) element.append(detailsOf(doc, operation));
  });
  return element;
};

const entriesOf = (doc) =>
  Object.entries(doc.paths || {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })),
  );

const draw = (doc) => {
  document.getElementById("about").textContent = doc.info.description || "";
  const groups = new Map();
  for (const entry of entriesOf(doc)) {
    const tag = (entry.operation.tags || ["other"])[0];
    groups.set(tag, [...(groups.get(tag) || []), entry]);
  }
  const shown = [];
  for (const [tag, entries] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const title = tag.replaceAll("_", " ");
    const section = make("section", { class: "group" }, make("h2", {}, title));
    const links = make("ul");
    const index = make("div", {}, make("h2", {}, title), links);
    for (const entry of entries) {
      const element = operationOf(doc, entry);
      const text = (entry.operation.summary || entry.path).replace(/\.$/, "");
      const link = make("li", {}, make("a", { href: `#${element.id}` }, text));
      const words = [entry.method, entry.path, tag, text, element.id].join(" ").toLowerCase();
      section.append(element);
      links.append(link);
      shown.push({ element, link, words, section, index });
    }
    document.getElementById("list").append(section);
    document.getElementById("index").append(index);
  }
  return shown;
};

const filter = (shown, text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of shown) {
    const fits = words.every((word) => entry.words.includes(word));
    entry.element.hidden = !fits;
    entry.link.hidden = !fits;
  }
  for (const { section, index } of shown) {
    const empty = ![...section.querySelectorAll(".operation")].some((element) => !element.hidden);
    section.hidden = empty;
    index.hidden = empty;
  }
};

const openNamed = () => {
  const element = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (element && element.tagName === "DETAILS") {
    element.open = true;
    element.scrollIntoView();
  }
};

const start = async () => {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const shown = draw(await answer.json());
  const input = document.getElementById("filter");
  input.addEventListener("input", () => filter(shown, input.value));
  window.addEventListener("hashchange", openNamed);
  openNamed();
};

start().catch(() => {
  document.getElementById("about").textContent = "openapi.json could not be read. Is the server still running?";
});
