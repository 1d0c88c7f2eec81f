// The page of the control: it reads and writes by the same addresses that programs use.
const at = (id) => document.getElementById(id);
const forms = ["fail", "confirm", "look"].map(at);
let state;

async function ask(path, body, method = body === undefined ? "GET" : "POST") {
  const sent = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { method, ...sent });
  const said = await answer.json();
  // What is looked at again by itself leaves the last complaint to be read.
  if (!answer.ok || method !== "GET") at("said").textContent = answer.ok ? "" : said.error;
  return answer.ok ? said : null;
}

function fill(table, heads, rows) {
  const row = (cells, kind) => {
    const line = document.createElement("tr");
    for (const cell of cells) {
      const place = document.createElement(kind);
      place.textContent = cell ?? "";
      line.append(place);
    }
    return line;
  };
  table.replaceChildren(row(heads, "th"), ...rows.map((cells) => row(cells, "td")));
}

function offer(select, names) {
  if (select.options.length === names.length) return;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
}

async function refresh() {
  state = await ask("/control/state");
  if (!state) return;
  const keys = Object.keys(state.cities);
  const counted = Object.keys(state.cities[keys[0]]);
  fill(at("cities"), ["city", ...counted], keys.map((key) => [key, ...counted.map((name) => state.cities[key][name])]));
  for (const form of forms) offer(form.elements.city, keys);
  offer(at("fail").elements.kind, Object.keys(state.faultKinds));
  offer(at("confirm").elements.mistake, Object.keys(state.bankMistakes));
  explain();
  await Promise.all([showFaults(), showDeposits()]);
}

function explain() {
  const kind = at("fail").elements.kind.value;
  at("meaning").textContent = `${kind}: ${state.faultKinds[kind]}.`;
}

async function showFaults() {
  const found = await ask(`/control/${at("fail").elements.city.value}/faults`);
  at("faults").replaceChildren(...(found?.faults ?? []).map((fault) => {
    const line = document.createElement("li");
    line.textContent = JSON.stringify(fault);
    return line;
  }));
}

async function showDeposits() {
  const { city, unit } = at("look").elements;
  const found = await ask(`/control/${city.value}/deposits${unit.value ? `?unit=${encodeURIComponent(unit.value)}` : ""}`);
  const heads = ["unitCode", "seq", "cause", "causeNo", "status", "due", "paid", "balance", "contractNo", "at"];
  fill(at("deposits"), [...heads, "times", "late"], (found?.deposits ?? []).map((one) =>
    [...heads.map((name) => one.message[name]), one.times, one.late]));
}

function read(form) {
  const given = {};
  for (const input of form.elements) {
    if (!input.name) continue;
    if (input.type === "checkbox") given[input.name] = input.checked;
    else if (input.value !== "") given[input.name] = input.type === "number" ? Number(input.value) : input.value;
  }
  return given;
}

function on(form, act) {
  form.addEventListener("submit", async (event) => { event.preventDefault(); await act(read(form)); });
}

on(at("fail"), async ({ city, ...fault }) => { if (await ask(`/control/${city}/faults`, fault)) await refresh(); });
on(at("look"), showDeposits);
on(at("confirm"), async (given) => {
  const found = await ask("/control/bank/confirm", given);
  at("answers").textContent = found ? JSON.stringify(found.answers, null, 2) : "";
});
at("heal").addEventListener("click", async () => {
  await ask(`/control/${at("fail").elements.city.value}/faults`, undefined, "DELETE");
  await refresh();
});
at("reset").addEventListener("click", async () => { await ask("/control/reset", {}); await refresh(); });
at("fail").elements.kind.addEventListener("change", explain);
at("fail").elements.city.addEventListener("change", showFaults);
refresh();
setInterval(refresh, 5000);
