/// What a file is, told by the end of its name. Anything unknown is bytes to be saved, never guessed.
package struct ContentType: Sendable, Equatable {
  package let name: String
  /// Whether compression is worth trying.
  package let isText: Bool

  package init(fileName: String) {
    let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
    let ending = parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
    (name, isText) = Self.table[ending] ?? ("application/octet-stream", false)
  }

  private static let table: [String: (String, Bool)] = [
    "html": ("text/html; charset=utf-8", true),
    "css": ("text/css; charset=utf-8", true),
    "js": ("text/javascript; charset=utf-8", true),
    "mjs": ("text/javascript; charset=utf-8", true),
    "json": ("application/json; charset=utf-8", true),
    "map": ("application/json; charset=utf-8", true),
    "webmanifest": ("application/manifest+json; charset=utf-8", true),
    "svg": ("image/svg+xml; charset=utf-8", true),
    "xml": ("application/xml; charset=utf-8", true),
    "txt": ("text/plain; charset=utf-8", true),
    "md": ("text/plain; charset=utf-8", true),
    "ics": ("text/calendar; charset=utf-8", true),
    "wasm": ("application/wasm", true),
    "ico": ("image/x-icon", true),
    "png": ("image/png", false),
    "jpg": ("image/jpeg", false),
    "jpeg": ("image/jpeg", false),
    "gif": ("image/gif", false),
    "webp": ("image/webp", false),
    "avif": ("image/avif", false),
    "woff": ("font/woff", false),
    "woff2": ("font/woff2", false),
    "ttf": ("font/ttf", true),
    "pdf": ("application/pdf", false),
    "mp4": ("video/mp4", false),
    "zip": ("application/zip", false),
  ]
}
