/// Pages that a browser shows in place of an error's JSON.
package struct ErrorPageConfiguration: Sendable, Equatable {
  /// The place in `sites` of the folder that holds them.
  package var site: Int
  /// The place in `headerSets`: a page may need other fields than the route that failed.
  package var headers: Int?
  /// From a status, or a class of them as `4` and `5`, to a path in the site.
  package var pages: [Int: String] = [:]

  package init(site: Int) {
    self.site = site
  }
}
