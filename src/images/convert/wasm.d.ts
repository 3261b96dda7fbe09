// esbuild puts the bytes of such a file into the bundle (`loader` in esbuild.mjs).
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
