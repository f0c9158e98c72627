import { defineConfig } from 'vite';
import { licences } from './licences.js';
import { woff2Only } from './fonts.js';

const { collect, report } = licences();
const names = {
  entryFileNames: '[name]-[hash].js',
  chunkFileNames: '[name]-[hash].js',
  assetFileNames: '[name]-[hash][extname]',
};

export default defineConfig({
  base: './',
  plugins: [woff2Only(), collect(), report()],
  worker: {
    format: 'es',
    plugins: () => [collect()],
    rolldownOptions: { output: names },
  },
  build: {
    assetsDir: '',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    rolldownOptions: { input: 'src/main.jsx', output: names },
  },
});
