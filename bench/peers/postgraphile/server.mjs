// PostGraphile 5 as its documentation advises for production: Node's own HTTP server under grafserv, the
// amber preset with simplified names, no watching, no explaining, no page; the context of who asks as
// pgSettings, one pool that signs in as the role that row-level security is written for.
import { createServer } from "node:http";
import pg from "pg";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const place = JSON.parse(process.env.BENCH_PLACE);
const settings = new Map(
  Object.entries(place.actors).map(([header, actor]) => [
    header,
    {
      "app.city": String(actor.city),
      "app.org": actor.org,
      "app.principal": actor.principal,
    },
  ]),
);

const pool = new pg.Pool({
  host: place.socket,
  port: place.port,
  user: place.user,
  password: place.password,
  database: place.database,
  max: place.pool,
});
pool.on("error", (error) => console.error(error));

const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  pgServices: [makePgService({ pool, schemas: ["public", "bench"] })],
  // Lists beside connections, ordered by any column: what the questions ask needs neither edges nor cursors.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  schema: { defaultBehavior: "+list +connection" },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: {
    explain: false,
    context(request) {
      const pgSettings = settings.get(request.node?.req.headers.authorization);
      if (!pgSettings) throw new Error("Nobody is known by this header.");
      return { pgSettings };
    },
  },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
server.on("error", (error) => console.error(error));
await serv.addTo(server);
await serv.ready();
server.listen(place.listen, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
