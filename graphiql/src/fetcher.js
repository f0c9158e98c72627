// How the page talks to the server: POST for queries and mutations, graphql-transport-ws on the
// same path for subscriptions.
import { createGraphiQLFetcher } from '@graphiql/toolkit';

function socketUrl(endpoint) {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * A fetcher for `endpoint`. GraphiQL asks for the schema once before its header editor exists;
 * that one request carries `initialHeaders` (JSON text or undefined).
 */
export function createFetcher(endpoint, initialHeaders) {
  let early = initialHeaders ? JSON.parse(initialHeaders) : undefined;
  const send = createGraphiQLFetcher({
    url: endpoint,
    // Not a wsClient: only with the address does the header editor feed connection_init.
    subscriptionUrl: socketUrl(endpoint),
    enableIncrementalDelivery: false,
  });
  return (params, options) => {
    const headers = options?.headers ?? early;
    early = undefined;
    return send(params, { ...options, headers });
  };
}
