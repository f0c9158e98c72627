import './nonce.js';
import './workers.js';
import '@fontsource/fira-code/400.css';
import '@fontsource/roboto/400.css';
import '@fontsource/roboto/400-italic.css';
import '@fontsource/roboto/500.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { createFetcher } from './fetcher.js';
import icon from './icon.svg';
import { SchemaRefresh } from './schema-refresh.jsx';
import { config, openSession } from './session.js';
import { createStorage } from './storage.js';

const session = openSession();
const fetcher = createFetcher(config.endpoint, session.initialHeaders);
const storage = createStorage(session.defaultHeaders);
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    plugins={plugins}
    defaultHeaders={session.defaultHeaders}
    defaultTabs={session.defaultTabs}
    initialQuery={session.initialQuery}
    initialVariables={session.initialVariables}
    initialHeaders={session.initialHeaders}
    shouldPersistHeaders={session.keepsHeaders}
    showPersistHeadersSettings
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <img src={icon} alt="" width="20" height="20" />
      <span>{config.title}</span>
    </GraphiQL.Logo>
    <SchemaRefresh />
  </GraphiQL>,
);
