// Where a visit begins: the configuration written into the page, a token handed over in the
// address, and the tabs to open.
import { forgetHeaders, keepsHeaders, storedTabs } from './storage.js';

const TOKEN_KEY = 'clientgraph:token';

export const config = JSON.parse(document.getElementById('clientgraph-config').textContent);

/** Moves `#token=…` out of the address into this browser tab's memory; false without one. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) {
    return false;
  }
  history.replaceState(history.state, '', location.pathname + location.search);
  sessionStorage.setItem(TOKEN_KEY, token);
  forgetHeaders();
  return true;
}

/** The headers a new tab starts with, as an object; a token from the address wins. */
function startingHeaders() {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return { ...config.defaultHeaders, ...(token && { Authorization: `Bearer ${token}` }) };
}

const toText = (headers) =>
  Object.keys(headers).length > 0 ? JSON.stringify(headers, null, 2) : undefined;

function exampleTab(headers, example) {
  return {
    query: `# ${example.title}\n${example.query}`,
    variables: example.variables ?? '',
    headers: example.headers ? toText({ ...headers, ...example.headers }) : toText(headers),
  };
}

/** What GraphiQL needs to open: headers of new tabs, first-visit tabs, the tab in front. */
export function openSession() {
  takeToken();
  addEventListener('hashchange', () => takeToken() && location.reload());
  const headers = startingHeaders();
  const examples = config.examples.map((example) => exampleTab(headers, example));
  const stored = storedTabs();
  const front = stored ? stored.tabs[stored.activeTabIndex] : examples[0];
  return {
    defaultHeaders: toText(headers),
    defaultTabs: examples.length > 0 ? examples : undefined,
    keepsHeaders: keepsHeaders(),
    initialQuery: front?.query ?? undefined,
    initialVariables: front?.variables ?? undefined,
    initialHeaders: front?.headers ?? toText(headers),
  };
}
