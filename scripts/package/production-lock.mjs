/**
 * The part of package-lock.json that a VSIX holds: the `dependencies`, with all they need, at the locked versions and
 * integrity. What the repository has for itself only (a Node.js to run its scripts, build tools) is left out.
 */
export const productionLock = (manifest, lock) => {
  const packages = {};
  const take = (name, from) => {
    // Node's own resolution: the nearest node_modules upwards.
    for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
      const location = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      const entry = lock.packages[location];
      if (entry !== undefined) {
        // A package of another platform that no registry had when the lock file was written: see scripts/complete-lock.mjs.
        if (entry.integrity === undefined || packages[location] !== undefined) return;
        const { dev: _dev, devOptional: _devOptional, ...kept } = entry;
        packages[location] = kept;
        for (const dependency of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
          take(dependency, location);
        }
        return;
      }
      // An optional dependency for another platform than the one that the lock file was written on.
      if (folder === '') return;
    }
  };
  const { name, version, dependencies } = manifest;
  for (const dependency of Object.keys(dependencies)) take(dependency, '');
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name, version, dependencies }, ...packages },
  };
};
