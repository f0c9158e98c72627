// What GraphiQL keeps in the browser. Tokens travel in headers, and headers are kept only when
// the user asked for it in the settings; GraphiQL's history would keep them regardless.
import { createLocalStorage } from '@graphiql/toolkit';

const HISTORY_KEYS = new Set(['graphiql:queries', 'graphiql:favorites']);
const PERSIST_KEY = 'graphiql:shouldPersistHeaders';
const TABS_KEY = 'graphiql:tabState';
const HEADERS_KEY = 'graphiql:headers';

const local = createLocalStorage({ namespace: 'clientgraph' });

function mapHistory(text, change) {
  const history = Object.entries(JSON.parse(text));
  return JSON.stringify(
    Object.fromEntries(history.map(([name, items]) => [name, items.map(change)])),
  );
}

const withoutHeaders = ({ headers: _headers, ...item }) => item;

/** True when the user chose in the settings that headers are kept. */
export function keepsHeaders() {
  return local.getItem(PERSIST_KEY) === 'true';
}

function forgetHistoryHeaders() {
  for (const key of HISTORY_KEYS) {
    const text = local.getItem(key);
    if (text) {
      local.setItem(key, mapHistory(text, withoutHeaders));
    }
  }
}

/** Removes the headers of earlier visits, so that those of this visit apply. */
export function forgetHeaders() {
  local.removeItem(HEADERS_KEY);
  const state = storedTabs();
  if (state) {
    const tabs = state.tabs.map((tab) => ({ ...tab, headers: null }));
    local.setItem(TABS_KEY, JSON.stringify({ ...state, tabs }));
  }
  forgetHistoryHeaders();
}

/** The tabs of the last visit as {tabs, activeTabIndex}, or null on the first. */
export function storedTabs() {
  try {
    const state = JSON.parse(local.getItem(TABS_KEY));
    return state?.tabs?.[state.activeTabIndex] ? state : null;
  } catch {
    return null;
  }
}

/** The storage given to GraphiQL; history items without headers get `defaultHeaders` back. */
export function createStorage(defaultHeaders) {
  const withHeaders = (item) => ({ ...item, headers: item.headers ?? defaultHeaders });
  return Object.assign(Object.create(local), {
    getItem(key) {
      const text = local.getItem(key);
      return text && HISTORY_KEYS.has(key) ? mapHistory(text, withHeaders) : text;
    },
    setItem(key, text) {
      const strip = HISTORY_KEYS.has(key) && !keepsHeaders();
      local.setItem(key, strip ? mapHistory(text, withoutHeaders) : text);
      if (key === PERSIST_KEY && !keepsHeaders()) {
        forgetHistoryHeaders();
      }
    },
  });
}
