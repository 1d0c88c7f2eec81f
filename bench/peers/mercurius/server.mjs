// mercurius as its documentation advises for speed: fastify without logs, the JIT from the second request on,
// a loader for every relation, their caches off because no row is asked for twice, named prepared statements.
// The context of who asks rides in each statement, which is the cheapest way found: one round trip, no BEGIN.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const place = JSON.parse(process.env.BENCH_PLACE);
const actors = new Map(Object.entries(place.actors));
const pool = new pg.Pool({
  host: place.socket,
  port: place.port,
  user: place.user,
  password: place.password,
  database: place.database,
  max: place.pool,
});

const schema = `
  scalar JSON
  type Owner { name: String! idNumber: String! }
  type Account { due: Float! balance: Float! }
  type Named { name: String! }
  type Unit {
    id: ID! section: String! floor: Int! roomNo: String! address: String! usage: String! grossArea: Int!
    saleStatus: String contractNo: String
    building: Named estate: Named owners: [Owner!]! account: Account
  }
  type GridFloor { floor: Int! units: [Unit!]! }
  type GridSection { section: String! floors: [GridFloor!]! }
  type Building { id: ID! name: String! units: [Unit!]! grid: [GridSection!]! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type UnitEdge { node: Unit! }
  type UnitPage { pageInfo: PageInfo! edges: [UnitEdge!]! }
  type Units { edges: [UnitEdge!]! }
  type Estate { id: ID! buildings: [Building!]! units(first: Int!, after: String): UnitPage! }
  type LineContent {
    building: String! floor: Int! roomNo: String! address: String! usage: String! grossArea: Int!
    hasLift: Boolean!
  }
  type Line { no: Int! after: LineContent }
  type LineEdge { node: Line! }
  type LinePage { edges: [LineEdge!]! }
  type Order { id: ID! status: String! lines(first: Int!): LinePage! }
  type OrderDone { order: Order! }
  type Query {
    unit(id: ID!): Unit
    estate(id: ID!): Estate
    building(id: ID!): Building
    units(search: String!, first: Int!): Units!
  }
  type Mutation { orderLinesPut(id: ID!, lines: [JSON!]!): OrderDone! }
`;

const SETTINGS = `select set_config('app.city', $1, true), set_config('app.org', $2, true),
  set_config('app.principal', $3, true)`;
const UNIT = `u.id, u.section, u.floor, u.room_no as "roomNo", u.address, u.usage, u.gross_area as "grossArea",
  u.sale_status as "saleStatus", u.contract_no as "contractNo", u.building_id as "buildingId",
  u.estate_id as "estateId"`;
const TABLE = `u.section_key, u.section, u.floor desc, u.room_key, u.id`;

// The rows come as one JSON text, which V8 reads faster than pg reads rows.
const read = (name, query) => ({
  name,
  text: `with ctx as materialized (${SETTINGS})
    select (select coalesce(json_agg(t), '[]') from (${query}) t) as rows from ctx`,
});
const known = ({ city, org, principal }) => [String(city), org, principal];
const rowsOf = async ({ actor }, statement, ...values) =>
  (await pool.query({ ...statement, values: [...known(actor), ...values] })).rows[0].rows;

const unitById = read("unit", `select ${UNIT} from unit u where u.city = $1::int and u.id = $4`);
const estateById = read("estate", "select id from estate where city = $1::int and id = $4");
const buildingById = read("building", "select id, name from building where city = $1::int and id = $4");
const estateNames = read("estates", "select id, name from estate where city = $1::int and id = any($4::uuid[])");
const buildingNames = read(
  "buildings",
  "select id, name from building where city = $1::int and id = any($4::uuid[])",
);
const buildingsOf = read(
  "buildingsOf",
  `select id, name, estate_id as key from building
   where city = $1::int and estate_id = any($4::uuid[]) and status = 'ACTIVE' order by position, id`,
);
const unitsOf = read(
  "unitsOf",
  `select ${UNIT} from unit u where u.city = $1::int and u.building_id = any($4::uuid[]) and u.status = 'ACTIVE'
   order by ${TABLE}`,
);
const ownersOf = read(
  "ownersOf",
  `select unit_id as key, name, id_number_masked as "idNumber" from owner
   where city = $1::int and unit_id = any($4::uuid[]) order by position, id`,
);
const accountsOf = read(
  "accountsOf",
  `select distinct on (unit_id) unit_id as id, due, balance from account
   where city = $1::int and unit_id = any($4::uuid[]) order by unit_id, id desc`,
);
const pageOf = read(
  "pageOf",
  `select ${UNIT} from unit u where u.city = $1::int and u.estate_id = $4 and u.status = 'ACTIVE'
   and u.id > $5::uuid order by u.id limit $6`,
);
const found = read("found", `select ${UNIT} from bench.find_units($1::int, $4) u order by u.id desc limit $5`);
const linesOf = read(
  "linesOf",
  `select order_id as key, no, json_build_object('building', after -> 'building', 'floor', after -> 'floor',
     'roomNo', after -> 'room_no', 'address', after -> 'address', 'usage', after -> 'usage',
     'grossArea', after -> 'gross_area', 'hasLift', after -> 'has_lift') as after
   from order_line where city = $1::int and order_id = any($4::uuid[]) order by no`,
);
const NIL = "00000000-0000-0000-0000-000000000000";

const uncached = (loader) => ({ loader, opts: { cache: false } });
const one = (statement, key) =>
  uncached(async (queries, context) => {
    const keys = [...new Set(queries.map(({ obj }) => obj[key]))];
    const byId = new Map((await rowsOf(context, statement, keys)).map((row) => [row.id, row]));
    return queries.map(({ obj }) => byId.get(obj[key]) ?? null);
  });
const grouped = async (queries, context, statement, keyOf) => {
  const lists = new Map(queries.map(({ obj }) => [obj.id, []]));
  for (const row of await rowsOf(context, statement, [...lists.keys()])) lists.get(row[keyOf]).push(row);
  return queries.map(({ obj }) => lists.get(obj.id));
};
const many = (statement, keyOf = "key") =>
  uncached((queries, context) => grouped(queries, context, statement, keyOf));

const layOut = (units) => {
  const sections = [];
  for (const unit of units) {
    let section = sections.at(-1);
    if (section?.section !== unit.section) sections.push((section = { section: unit.section, floors: [] }));
    let floor = section.floors.at(-1);
    if (floor?.floor !== unit.floor) section.floors.push((floor = { floor: unit.floor, units: [] }));
    floor.units.push(unit);
  }
  return sections;
};
const edges = (rows) => rows.map((node) => ({ node }));

const loaders = {
  Unit: {
    building: one(buildingNames, "buildingId"),
    estate: one(estateNames, "estateId"),
    owners: many(ownersOf),
    account: one(accountsOf, "id"),
  },
  Building: {
    units: many(unitsOf, "buildingId"),
    grid: uncached(async (queries, context) =>
      (await grouped(queries, context, unitsOf, "buildingId")).map(layOut),
    ),
  },
  Estate: { buildings: many(buildingsOf) },
  Order: {
    lines: uncached(async (queries, context) =>
      (await grouped(queries, context, linesOf, "key")).map((rows, place) => ({
        edges: edges(rows.slice(0, queries[place].params.first)),
      })),
    ),
  },
};

const put = async (_, { id, lines }, { actor }) => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query({ name: "settings", text: SETTINGS, values: known(actor) });
    const order = await client.query({
      name: "put",
      text: "select id, status from bench.order_lines_put($1, $2::jsonb)",
      values: [id, JSON.stringify(lines)],
    });
    await client.query("commit");
    return { order: order.rows[0] };
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
};

const resolvers = {
  Query: {
    unit: async (_, { id }, context) => (await rowsOf(context, unitById, id))[0] ?? null,
    estate: async (_, { id }, context) => (await rowsOf(context, estateById, id))[0] ?? null,
    building: async (_, { id }, context) => (await rowsOf(context, buildingById, id))[0] ?? null,
    units: async (_, { search, first }, context) => ({
      edges: edges(await rowsOf(context, found, search, first)),
    }),
  },
  Estate: {
    units: async ({ id }, { first, after }, context) => {
      const rows = await rowsOf(context, pageOf, id, after ?? NIL, first + 1);
      const shown = rows.slice(0, first);
      return {
        pageInfo: { hasNextPage: rows.length > first, endCursor: shown.at(-1)?.id ?? null },
        edges: edges(shown),
      };
    },
  },
  Mutation: { orderLinesPut: put },
};

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  graphiql: false,
  context: (request) => {
    const actor = actors.get(request.headers.authorization);
    if (!actor) throw new Error("Nobody is known by this header.");
    return { actor };
  },
});
process.on("SIGTERM", () => process.exit(0));
await app.listen({ port: place.listen, host: "127.0.0.1" });
