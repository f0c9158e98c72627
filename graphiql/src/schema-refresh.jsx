import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

const PAUSE_MS = 600;

/** Asks for the schema again when the headers change while there is none (a token was pasted). */
export function SchemaRefresh() {
  const { headerEditor, schema } = useGraphiQL(pick('headerEditor', 'schema'));
  const { introspect } = useGraphiQLActions();
  useEffect(() => {
    if (!headerEditor || schema) {
      return undefined;
    }
    let timer;
    const listener = headerEditor.onDidChangeModelContent(() => {
      clearTimeout(timer);
      timer = setTimeout(introspect, PAUSE_MS);
    });
    return () => {
      clearTimeout(timer);
      listener.dispose();
    };
  }, [headerEditor, schema, introspect]);
  return null;
}
