/** Where the editor runs, as far as that decides which address of the server can be reached. */
export interface EditorPlace {
  /** A browser shows the editor. */
  readonly isWeb: boolean;
  /** The extension host runs on another machine than the window. */
  readonly isRemote: boolean;
  /** `vscode.env.asExternalUri`, from and to text. */
  readonly asExternalUri: (url: string) => Promise<string>;
}

const isHttpUrl = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/**
 * Chooses the base URL to give to a person.
 *
 * - On the user's own machine it is the server's own.
 * - In a desktop window on a remote machine it is the end of the tunnel that the editor opens, since the tools are on the
 *   user's machine; that is mostly the same address again, so that tools in the remote terminal work too.
 * - In a browser the editor could only offer its own proxy, which asks for the editor's cookies and which no API client
 *   gets through; clients then run beside the server, and want its own address.
 */
export const toBaseUrlForClients = async (baseUrl: string, place: EditorPlace): Promise<string> => {
  if (place.isWeb || !place.isRemote) return baseUrl;
  const external = (await place.asExternalUri(baseUrl)).replace(/\/$/, '');
  return isHttpUrl(external) ? external : baseUrl;
};
