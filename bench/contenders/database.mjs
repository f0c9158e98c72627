// What the contenders on Node read and write: prepared statements over a pool of connections.

import pg from "pg";

const organisation = process.env.BENCH_ORGANISATION;
export const port = Number(process.env.BENCH_PORT);
export const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE_URL, max: 10 });

const client = `id, reference, name, trading_name AS "tradingName", kind, status, country, email,
  phone, website, version, updated_at AS "updatedAt", sort_name AS "sortName"`;

const statements = {
  client: `SELECT ${client} FROM client WHERE organisation_id = $1 AND id = $2`,
  page: `SELECT ${client} FROM client WHERE organisation_id = $1 AND (sort_name, id) > ($2, $3)
    ORDER BY sort_name, id LIMIT $4`,
  search: `SELECT ${client} FROM client WHERE organisation_id = $1
    AND sort_name LIKE '%' || $2 || '%' ORDER BY sort_name, id LIMIT $3`,
  contacts: `SELECT client_id, id, first_name AS "firstName", last_name AS "lastName", email, phone,
    position, is_main AS "isMain" FROM contact
    WHERE organisation_id = $1 AND client_id = ANY($2) ORDER BY sort_name, id`,
  addresses: `SELECT client_id, id, kind, line1, postal_code AS "postalCode", city, country
    FROM address WHERE organisation_id = $1 AND client_id = ANY($2) ORDER BY id`,
  values: `SELECT v.record_id AS client_id, d.key, v.value FROM client_custom_value v
    JOIN custom_field_definition d
    ON d.organisation_id = v.organisation_id AND d.id = v.definition_id
    WHERE v.organisation_id = $1 AND v.record_id = ANY($2) ORDER BY d.position`,
  events: `SELECT e.* FROM unnest($2::uuid[]) WITH ORDINALITY AS c (id, place)
    CROSS JOIN LATERAL (SELECT client_id, id, title, body, occurred_at AS "occurredAt" FROM event
      WHERE organisation_id = $1 AND client_id = c.id
      ORDER BY occurred_at DESC, id DESC LIMIT $3) e ORDER BY c.place`,
  create: `SELECT id, reference, name, country FROM client_create($1, $2)`,
};

async function rows(name, ...values) {
  const asked = { name, text: statements[name], values: [organisation, ...values] };
  return (await pool.query(asked)).rows;
}

function grouped(ids, found) {
  const made = new Map(ids.map((id) => [id, []]));
  for (const row of found) made.get(row.client_id).push(row);
  return ids.map((id) => made.get(id));
}

export const contactsOf = async (ids) => grouped(ids, await rows("contacts", ids));
export const addressesOf = async (ids) => grouped(ids, await rows("addresses", ids));
export const eventsOf = async (ids, first) => grouped(ids, await rows("events", ids, first));
export const valuesOf = async (ids) =>
  grouped(ids, await rows("values", ids)).map((values) =>
    values.map(({ key, value }) => ({ key, value: JSON.parse(value) })),
  );

export const resolvers = {
  Query: {
    client: async (_, { by }) => (await rows("client", by.id))[0] ?? null,
    clients: async (_, { first, after, search }) => {
      const place = after ? after.lastIndexOf("|") : -1;
      const found = search
        ? await rows("search", search, first + 1)
        : await rows(
            "page",
            after ? after.slice(0, place) : "",
            after ? after.slice(place + 1) : "00000000-0000-0000-0000-000000000000",
            first + 1,
          );
      const nodes = found.slice(0, first);
      const last = nodes.at(-1);
      const endCursor = last ? `${last.sortName}|${last.id}` : null;
      return { nodes, pageInfo: { hasNextPage: found.length > first, endCursor } };
    },
  },
  Mutation: {
    clientCreate: async (_, { input }) => {
      const [client] = await rows("create", JSON.stringify(input));
      return { client, userErrors: [] };
    },
  },
};
