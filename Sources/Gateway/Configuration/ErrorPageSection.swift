/// `error_pages`: what people see instead of an error's JSON.
enum ErrorPageSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("error_pages") else { return }
    let site = section.string("site", required: true).flatMap {
      NamedPlace.find(
        $0, among: configuration.sites.map(\.name), "sites", line: section.line(of: "site"), section)
    }
    let headers = section.string("header_set").flatMap {
      NamedPlace.find(
        $0, among: configuration.headerSets.map(\.name), "header_sets", line: section.line(of: "header_set"),
        section)
    }
    var pages: [Int: String] = [:]
    for (key, line, value) in section.mapping("pages", required: true)?.entriesOfText() ?? [] {
      if let status = status(key) {
        pages[status] = value.hasPrefix("/") ? value : "/" + value
      } else {
        section.reader.complain(
          line, "pages of error_pages has \"\(key)\"; it must be a status from 400 to 599, 4xx or 5xx")
      }
    }
    section.finish()
    guard let site else { return }
    var errorPages = ErrorPageConfiguration(site: site)
    errorPages.headers = headers
    errorPages.pages = pages
    configuration.errorPages = errorPages
  }

  private static func status(_ text: String) -> Int? {
    if text == "4xx" { return 4 }
    if text == "5xx" { return 5 }
    return Int(text).flatMap { (400...599).contains($0) ? $0 : nil }
  }
}
