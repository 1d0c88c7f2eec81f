// Starts the page: settings come from the page itself, and the editor's workers from this server.
const root = document.getElementById("ruru-root");
const config = JSON.parse(root.dataset.config);
const workers = { json: "jsonWorker.js", graphql: "graphqlWorker.js" };

// The bundle looks for this when it is loaded, so it is set before.
globalThis.MonacoEnvironment = {
  getWorker: (_, label) =>
    new Worker(config.staticPath + (workers[label] ?? "editorWorker.js"), { type: "module" }),
};

const { React, createRoot, Ruru } = await import(config.staticPath + "ruru.js");
createRoot(root).render(React.createElement(Ruru, config));
