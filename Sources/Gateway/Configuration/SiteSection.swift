/// `sites`: folders of static files by name.
enum SiteSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("sites") {
      let folder = section.string("root", required: true)
      var site = SiteConfiguration(name: name, root: absolute(folder ?? "", besides: root.reader.file))
      site.line = section.line(of: "root")
      if let index = section.string("index") {
        site.index = index
        if index.contains("/") { section.complain("index", "is \"\(index)\"; it must be a file name") }
      }
      site.notFound = section.string("not_found").map { page($0, "not_found", section) }
      for (path, line, value) in section.mapping("rewrites")?.entriesOfText() ?? [] {
        if let mistake = PathPattern.whatIsWrong(with: path) {
          section.reader.complain(line, "rewrite \"\(path)\" of \(section.name) \(mistake)")
        } else if let pattern = PathPattern(path) {
          site.rewrites.append(.init(path: pattern, page: page(value, path, section)))
        }
      }
      section.read("maximum_age_seconds", 0...31_536_000, into: &site.maximumAgeSeconds)
      site.fingerprints = section.boolean("fingerprints") ?? false
      site.preloads = section.boolean("preload_links") ?? false
      if let watch = section.integer("watch_ms", 0...60_000) {
        site.watchMilliseconds = watch
        if (1..<100).contains(watch) {
          section.complain("watch_ms", "is \(watch); it must be 0 or at least 100")
        }
      }
      section.read("file_bytes", 1...1 << 30, into: &site.fileBytes)
      section.read("total_bytes", 1...1 << 32, into: &site.totalBytes)
      section.finish()
      configuration.sites.append(site)
    }
  }

  private static func page(_ text: String, _ key: String, _ section: ConfigurationMapping) -> String {
    text.hasPrefix("/") ? text : "/" + text
  }

  /// Folders are relative to the file that names them, so that the gateway can be started from anywhere.
  private static func absolute(_ folder: String, besides file: String) -> String {
    guard !folder.hasPrefix("/") else { return trimmed(folder) }
    let parent = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    return trimmed(parent + "/" + folder)
  }

  private static func trimmed(_ folder: String) -> String {
    folder.count > 1 && folder.hasSuffix("/") ? trimmed(String(folder.dropLast())) : folder
  }
}

extension ConfigurationMapping {
  /// The entries of a mapping from names to texts.
  func entriesOfText() -> [(key: String, line: Int?, value: String)] {
    entries().compactMap { entry in string(entry.key).map { (entry.key, entry.line, $0) } }
  }
}
