internal import NIOCore

/// A file of a site as a route serves it: its encodings with their heads and what conditions compare with. Shared by
/// reference, so that finding it costs one count.
package final class StaticFile: Sendable {
  /// As a path in the site, `/style.css`.
  package let name: String
  /// Seconds since 1970.
  package let modifiedAt: Int
  private let plain: StaticVariant
  private let gzip: StaticVariant?
  private let brotli: StaticVariant?

  /// - Parameters:
  ///   - cacheControl: the value of the field.
  ///   - headers: lines of the route, each with its CR LF.
  init(_ entry: SiteContent.Entry, cacheControl: String, headers: ByteBuffer) {
    name = entry.name
    modifiedAt = entry.modifiedAt
    var fields = ByteBuffer()
    fields.writeField("Last-Modified", HTTPDate.text(modifiedAt))
    fields.writeField("Cache-Control", cacheControl)
    fields.writeField("Accept-Ranges", "bytes")
    if entry.bodies.count > 1 { fields.writeField("Vary", "Accept-Encoding") }
    fields.writeImmutableBuffer(headers)
    func variant(_ coding: ContentCoding) -> StaticVariant? {
      entry.bodies.first { $0.coding == coding }.map {
        StaticVariant($0, contentType: entry.type.name, fields: fields, links: entry.links)
      }
    }
    plain =
      variant(.identity)
      ?? StaticVariant(entry.bodies[0], contentType: entry.type.name, fields: fields, links: entry.links)
    gzip = variant(.gzip)
    brotli = variant(.brotli)
  }

  /// The encoding that the client likes best; nil when it refuses all that there are.
  package func variant(for accepted: AcceptEncoding) -> StaticVariant? {
    accepted.best { self[$0] != nil }.flatMap { self[$0] }
  }

  package subscript(coding: ContentCoding) -> StaticVariant? {
    switch coding {
    case .identity: plain
    case .gzip: gzip
    case .brotli: brotli
    }
  }
}
