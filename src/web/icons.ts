import type { AppContext } from "./context.ts";
import { encodePng } from "./http/png.ts";

/**
 * The bridge's icon: two arcs and a dot on red, drawn twice. Everybody may have it, also of a private bridge: feed readers
 * fetch the icon of a feed without its key.
 */

const RED = [0xa3, 0x16, 0x1d] as const;
/** Units of the drawing, and pixels of the PNG: an image in RSS has at most 144. */
const UNITS = 48;
export const ICON_PIXELS = 144;
const CORNER = 9;
const [CENTER_X, CENTER_Y] = [10, 38];
const RADII = [18, 28];
const WIDTH = 5;
const DOT = { x: 14, y: 34, radius: 4 };

const arc = (radius: number): string =>
  `<path d="M${CENTER_X} ${CENTER_Y - radius}a${radius} ${radius} 0 0 1 ${radius} ${radius}"/>`;

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${UNITS} ${UNITS}"><rect width="${UNITS}" height="${UNITS}" rx="${CORNER}" fill="rgb(${RED.join(",")})"/><circle cx="${DOT.x}" cy="${DOT.y}" r="${DOT.radius}" fill="#fff"/><g fill="none" stroke="#fff" stroke-width="${WIDTH}">${RADII.map(arc).join("")}</g></svg>`;

const HEADERS = { "cache-control": "public, max-age=604800" };

export const serveSvgIcon = (): Response =>
  new Response(SVG, { headers: { ...HEADERS, "content-type": "image/svg+xml; charset=utf-8" } });

let png: Uint8Array<ArrayBuffer> | undefined;

export async function servePngIcon(_: AppContext): Promise<Response> {
  // The bytes, not a promise of them: on Cloudflare, one request must not wait for what another does.
  png ??= await encodePng(ICON_PIXELS, ICON_PIXELS, pixels());
  return new Response(png, { headers: { ...HEADERS, "content-type": "image/png" } });
}

function pixels(): Uint8Array {
  const bytes = new Uint8Array(ICON_PIXELS * ICON_PIXELS * 4);
  const unit = UNITS / ICON_PIXELS;
  for (let i = 0; i < ICON_PIXELS * ICON_PIXELS; i++) {
    const [x, y] = [((i % ICON_PIXELS) + 0.5) * unit, (Math.floor(i / ICON_PIXELS) + 0.5) * unit];
    // How much of a pixel is covered, from its distance to the edge.
    const cover = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance / unit));
    const white = cover(Math.min(distanceToDot(x, y), ...RADII.map((radius) => distanceToArc(x, y, radius))));
    const color = RED.map((value) => Math.round(value + (255 - value) * white));
    bytes.set(color, i * 4);
    bytes[i * 4 + 3] = Math.round(255 * cover(distanceToSquare(x, y)));
  }
  return bytes;
}

const distanceToDot = (x: number, y: number): number => Math.hypot(x - DOT.x, y - DOT.y) - DOT.radius;

function distanceToArc(x: number, y: number, radius: number): number {
  const ring = Math.abs(Math.hypot(x - CENTER_X, y - CENTER_Y) - radius) - WIDTH / 2;
  return Math.max(ring, CENTER_X - x, y - CENTER_Y);
}

function distanceToSquare(x: number, y: number): number {
  const beyond = (at: number) => Math.max(0, Math.abs(at - UNITS / 2) - (UNITS / 2 - CORNER));
  return Math.hypot(beyond(x), beyond(y)) - CORNER;
}
