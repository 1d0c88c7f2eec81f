// Runs every audit of the official suite against the address in the first argument; fails unless all are ok.
import { serverAudits } from "graphql-http";

const results = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const result = await audit.fn();
  results.push(result);
  if (result.status !== "ok") {
    const answer = result.response ? `${result.response.status} ${await result.response.text()}` : "";
    console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}\n       ${result.reason} ${answer}`);
  }
}
const passed = results.filter((result) => result.status === "ok").length;
console.log(`${passed} of ${results.length} audits passed`);
process.exitCode = passed === results.length && passed > 0 ? 0 : 1;
