/// A folder of static files, held in memory.
package struct SiteConfiguration: Sendable, Equatable {
  package struct Rewrite: Sendable, Equatable {
    package var path: PathPattern
    /// The file that answers, as a path in the site.
    package var page: String

    package init(path: PathPattern, page: String) {
      self.path = path
      self.page = page
    }
  }

  package var name: String
  /// Absolute.
  package var root: String
  /// What answers for a folder.
  package var index = "index.html"
  /// Somebody chose it, so that it should be there.
  package var isIndexGiven = false
  /// The page that answers 404, as a path in the site; nil for the built-in one.
  package var notFound: String?
  package var rewrites: [Rewrite] = []
  /// How long an answer may be used without asking again, in seconds; 0 asks each time (`no-cache`).
  package var maximumAgeSeconds = 0
  /// Whether assets are served under names that say what is in them too, and referred to by these.
  package var fingerprints = false
  /// Whether pages say in a Link field what a browser will need next.
  package var preloads = false
  /// How often the folder is looked at for changes, in milliseconds; 0 never.
  package var watchMilliseconds = 0
  /// A larger file is a mistake in the configuration, not something to hold in memory.
  package var fileBytes = 8_388_608
  package var totalBytes = 67_108_864
  /// Where the file says so, for complaints about the folder.
  package var line: Int?

  package init(name: String, root: String) {
    self.name = name
    self.root = root
  }
}
