import { readFile, writeFile } from 'node:fs/promises';
import JSZip from 'jszip';

/** Packs a zip file again as tightly as its format allows: vsce takes the usual level. Names, dates and permissions stay. */
export const compressTightly = async (file) => {
  const made = await JSZip.loadAsync(await readFile(file));
  const packed = new JSZip();
  // By its content: what is handed over as an entry keeps its compression.
  for (const { name, date, unixPermissions } of Object.values(made.files)) {
    packed.file(name, await made.file(name).async('nodebuffer'), { date, unixPermissions, createFolders: false });
  }
  await writeFile(
    file,
    await packed.generateAsync({
      type: 'nodebuffer',
      platform: 'UNIX',
      compression: 'DEFLATE',
      compressionOptions: { level: 9 },
    }),
  );
};
