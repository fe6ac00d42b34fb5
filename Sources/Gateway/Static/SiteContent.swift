internal import NIOCore

/// The files of one site as they were read, with their encodings, names and links: what all routes that serve the site
/// share, so that nothing is read, packed or held twice.
package final class SiteContent: Sendable {
  /// One file.
  struct Entry: Sendable {
    /// As a path in the site, `/style.css`.
    let name: String
    /// The name that says what is in it; nil when nothing refers to it so.
    let fingerprintedName: String?
    /// Seconds since 1970.
    let modifiedAt: Int
    let type: ContentType
    let bodies: [PackedBody]
    /// What a browser should ask for next: the value of a Link field.
    let links: String?
  }

  let configuration: SiteConfiguration
  let entries: [Entry]

  /// Reads the folder. What is hidden (a leading dot), a symbolic link or not a regular file is left out.
  package init(_ configuration: SiteConfiguration) throws(StaticSiteError) {
    self.configuration = configuration
    let files = try StaticFolder.read(configuration)
    let manifest = configuration.fingerprints ? AssetManifest(files) : nil
    entries = files.map { file in
      let content = manifest?.rewritten(file) ?? file.content
      let type = ContentType(fileName: file.name)
      return Entry(
        name: file.name, fingerprintedName: manifest?.names[file.name], modifiedAt: file.modifiedAt,
        type: type,
        bodies: PackedBody.all(of: content, type),
        links: configuration.preloads ? PagePreloads.field(of: content, name: file.name) : nil)
    }
  }

  /// A page of the site for an answer that is not about it.
  func file(named name: String) throws(StaticSiteError) -> StaticFile {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .missingPage(name, configuration.root)
    }
    return StaticFile(entry, cacheControl: "no-store", headers: ByteBuffer())
  }

  /// How many files are held and how many bytes all their encodings take.
  package var size: (files: Int, bytes: Int) {
    (entries.count, entries.flatMap(\.bodies).reduce(0) { $0 + $1.bytes.readableBytes })
  }
}
