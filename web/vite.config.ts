/** Builds the Monitor page into the gateway's own output: hashed files, nothing inline, nothing from another host. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The page's policy allows no inline script or style, and no data: font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    // It comes from the memory of a gateway nearby, once.
    chunkSizeWarningLimit: 1_000,
  },
});
