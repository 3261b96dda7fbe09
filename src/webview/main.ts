import '@vscode/codicons/dist/codicon.css';
