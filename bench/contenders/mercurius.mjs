// mercurius on Fastify, with its compiler and its loaders.

import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { addressesOf, contactsOf, eventsOf, port, resolvers, valuesOf } from "./database.mjs";

const schema = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");
const ids = (queries) => queries.map(({ obj }) => obj.id);

const app = Fastify();
app.register(mercurius, {
  schema,
  resolvers,
  loaders: {
    Client: {
      contacts: async (queries) =>
        (await contactsOf(ids(queries))).map((nodes) => ({ nodes })),
      addresses: async (queries) => addressesOf(ids(queries)),
      customFields: async (queries) => valuesOf(ids(queries)),
      events: async (queries) =>
        (await eventsOf(ids(queries), queries[0].params.first)).map((nodes) => ({ nodes })),
    },
  },
  jit: 1,
  path: "/",
});
await app.listen({ port, host: "127.0.0.1" });
