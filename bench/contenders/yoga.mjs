// GraphQL Yoga with DataLoader.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import { addressesOf, contactsOf, eventsOf, port, resolvers, valuesOf } from "./database.mjs";

const typeDefs = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");

const yoga = createYoga({
  graphqlEndpoint: "/",
  graphiql: false,
  landingPage: false,
  logging: false,
  schema: createSchema({
    typeDefs,
    resolvers: {
      ...resolvers,
      Client: {
        contacts: async ({ id }, _, { contacts }) => ({ nodes: await contacts.load(id) }),
        addresses: ({ id }, _, { addresses }) => addresses.load(id),
        customFields: ({ id }, _, { values }) => values.load(id),
        events: async ({ id }, { first }) => ({ nodes: (await eventsOf([id], first))[0] }),
      },
    },
  }),
  context: () => ({
    contacts: new DataLoader(contactsOf),
    addresses: new DataLoader(addressesOf),
    values: new DataLoader(valuesOf),
  }),
});
createServer(yoga).listen(port, "127.0.0.1");
