/** A style sheet: the build collects them all in dist/webview.css. */
declare module '*.css';
