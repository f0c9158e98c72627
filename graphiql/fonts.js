/** Drops the WOFF copies of fonts: every browser that runs this page reads WOFF2. */
export function woff2Only() {
  return {
    name: 'clientgraph:woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/@fontsource/') || !id.endsWith('.css')) {
        return null;
      }
      return { code: code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ''), map: null };
    },
  };
}
