import { GatewayError } from '../core/gateway-error.ts';

/** A change cannot be undone, as the copy of the file from before is gone. */
export class MissingCopyError extends GatewayError {
  /** The file that cannot be put back as it was; absolute. */
  readonly uncopiedFile: string;

  constructor(file: string, copy: string) {
    super('conflict', `The copy of ${file} from before, ${copy}, is gone: the file cannot be put back as it was.`);
    this.uncopiedFile = file;
  }

  /** Also what another bundle has thrown. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof GatewayError && 'uncopiedFile' in value;
  }
}
