/** A small server of static files for `npm start` and the tests: one folder, this machine only, right types, no cache. */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { isMain, root } from "./shared.mjs";

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/**
 * Serves `folder` below the path `prefix`, on `port` (0: any that is free).
 * @param {{ folder: string, prefix?: string, port?: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serve({ folder, prefix = "/", port = 0 }) {
  const server = createServer((request, response) => answer(folder, prefix, request, response));
  return new Promise((started, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      started({ url: `http://127.0.0.1:${address.port}${prefix}`, close: () => close(server) });
    });
  });
}

/** @param {import("node:http").Server} server @returns {Promise<void>} */
function close(server) {
  // A browser keeps its connections open, and close() alone would wait for them.
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/**
 * @param {string} folder
 * @param {string} prefix
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
function answer(folder, prefix, request, response) {
  const file = fileFor(folder, prefix, request.url ?? "/");
  const readable = request.method === "GET" || request.method === "HEAD";
  if (!readable || file === undefined) {
    response
      .writeHead(readable ? 404 : 405, { "content-type": "text/plain" })
      .end(readable ? "Not found\n" : "Read only\n");
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-length": statSync(file).size,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

/**
 * The file that a request means, or nothing: it must exist and lie inside the folder.
 * @param {string} folder
 * @param {string} prefix begins and ends with "/"
 * @param {string} url path and query, as they stand in the request
 */
export function fileFor(folder, prefix, url) {
  const path = decoded(url.split(/[?#]/)[0] ?? "");
  if (path === undefined || !path.startsWith(prefix)) return undefined;
  const top = resolve(folder);
  const wanted = join(top, path.slice(prefix.length) || ".");
  // join has resolved every ".." by now, so this sees where the path really ends.
  if (wanted !== top && !wanted.startsWith(top + sep)) return undefined;
  // A folder's page has relative addresses, which are only right if the address of the folder ends with "/".
  const file = path.endsWith("/") ? join(wanted, "index.html") : wanted;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** @param {string} path */
function decoded(path) {
  try {
    const text = decodeURIComponent(path);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

if (isMain(import.meta.url))
  console.log((await serve({ folder: join(root, "dist"), port: Number(process.env.PORT ?? 0) })).url);
