import { createServer } from 'node:http';
import sharp from 'sharp';
import { environment } from '../shared/kernel/config.ts';

/**
 * The baseline of a photo: raw sharp making the same two variants of the bytes that it is sent, in the cheapest way that was found:
 * decoded once to the larger size (JPEG shrink-on-load), the smaller one derived from its pixels.
 */
const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { data, info } = await sharp(Buffer.concat(chunks))
    .autoOrient()
    .resize({ width: 800 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  await Promise.all(
    [320, 800].map((width) => sharp(data, { raw }).resize({ width }).webp({ quality: 80 }).toBuffer()),
  );
  return response.end();
});
server.listen(Number(environment()['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
