/** The names, versions and licences of the packages that source files of a bundle come from, and of those that are compiled into them. */
export function collectLicenses(root: string, sources: readonly string[]): string;
