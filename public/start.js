// Loads the browser's part, starts it, and wakes the islands of the page.
globalThis.__RESOLVED_RESOURCES = [];
globalThis.__SERIALIZED_ERRORS = [];
globalThis.__INCOMPLETE_CHUNKS = [];
globalThis.__PENDING_RESOURCES = [];
globalThis.__RESOURCE_RESOLVERS = [];
const inquest = await import("__MODULE__");
await inquest.default({ module_or_path: "__WASM__" });
globalThis.inquestWake = (root) => {
  for (const island of root.querySelectorAll("leptos-island:not([data-awake])")) {
    island.setAttribute("data-awake", "");
    inquest[island.dataset.component]?.(island);
  }
};
inquest.hydrate();
globalThis.inquestWake(document.body);
document.documentElement.dataset.awake = "yes";
