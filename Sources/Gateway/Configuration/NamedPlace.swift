/// Resolves the names by which one section refers to another.
enum NamedPlace {
  static func upstream(
    _ key: String, in section: ConfigurationMapping, _ configuration: GatewayConfiguration,
    required: Bool = false
  ) -> Int? {
    section.string(key, required: required).flatMap {
      find($0, among: configuration.upstreams.map(\.name), "upstreams", line: section.line(of: key), section)
    }
  }

  /// The place of `name`; complains with the name that it resembles when there is none.
  static func find(
    _ name: String, among known: [String], _ what: String, line: Int?, _ section: ConfigurationMapping
  ) -> Int? {
    section.reader.use(name, of: what)
    if let place = known.firstIndex(of: name) { return place }
    let list = known.isEmpty ? "there are none" : "there are: \(known.joined(separator: ", "))"
    let hint = NearestName.to(name, among: known).map { "did you mean \"\($0)\"?" } ?? list
    section.reader.complain(line, "\(section.name) names \"\(name)\", which is not under \(what); \(hint)")
    return nil
  }
}
