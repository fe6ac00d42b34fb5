/// `sites`: folders of static files by name.
enum SiteSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("sites") {
      let folder = section.string("root", required: true)
      var site = SiteConfiguration(
        name: name, root: FilePath.absolute(folder ?? "", besides: root.reader.file))
      site.line = section.line(of: "root")
      if let index = section.string("index") {
        site.index = index
        site.isIndexGiven = true
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
}

extension ConfigurationMapping {
  /// The entries of a mapping from names to texts.
  func entriesOfText() -> [(key: String, line: Int?, value: String)] {
    entries().compactMap { entry in string(entry.key).map { (entry.key, entry.line, $0) } }
  }
}
