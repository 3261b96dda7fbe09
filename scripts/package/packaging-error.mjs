/** Why there is no package: the message is all that the person who asked for it reads. */
export class PackagingError extends Error {}
