import sharp from 'sharp';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900"><defs><linearGradient id="g" x2="1" y2="1">
<stop stop-color="#20445c"/><stop offset="1" stop-color="#e8a15b"/></linearGradient></defs><rect width="1200" height="900" fill="url(#g)"/>
<circle cx="470" cy="450" r="230" fill="#f6efe1" opacity=".85"/><circle cx="730" cy="450" r="230" fill="#c8553d" opacity=".75"/></svg>`;

/** The photo of the journey: two discs that overlap, 1200 x 900 pixels as JPEG. */
export const journeyPhoto = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await sharp(Buffer.from(SVG)).jpeg({ quality: 85 }).toBuffer());
