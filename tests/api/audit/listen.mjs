// Listens by graphql-ws and graphql-sse as a front end does: two events each, then the sign-in ends.
// Arguments: the address of the endpoint and the token. A line is printed whenever something is expected next.
import { createClient as createStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";

const [url, token] = process.argv.slice(2);
const query = "subscription { orderChanged { step version order { orderNo organization { name } } } }";

const listen = async (name, client) => {
  const steps = [];
  let ended = "";
  try {
    for await (const { data, errors } of client.iterate({ query })) {
      if (errors) {
        ended = errors[0].extensions.code;
        continue;
      }
      steps.push(data.orderChanged.step);
      console.log(`${name} heard ${data.orderChanged.order.organization.name}`);
    }
  } catch (error) {
    // graphql-ws throws the close event, or the errors that came before it.
    ended = Array.isArray(error) ? error[0].extensions.code : (error.code ?? String(error));
  }
  const passed = steps.join() === "SAVE,SAVE" && ["UNAUTHENTICATED", 4401].includes(ended);
  console.log(`${passed ? "ok" : "failed"} ${name}: ${steps.length} events, then ${ended}`);
  return passed;
};

const stream = createStreamClient({ url, headers: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });
const socket = createSocketClient({
  url: url.replace("http", "ws"),
  connectionParams: { token },
  retryAttempts: 0,
});
const results = await Promise.all([listen("graphql-sse", stream), listen("graphql-ws", socket)]);
process.exitCode = results.every(Boolean) ? 0 : 1;
process.exit();
