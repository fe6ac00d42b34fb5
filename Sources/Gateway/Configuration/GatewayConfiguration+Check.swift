internal import Glibc
internal import HTTPWire

extension GatewayConfiguration {
  /// What `gateway check` does: reads a file and everything that it refers to. Throws every mistake at once.
  ///
  /// - Parameter seconds: now, since 1970.
  /// - Returns: the configuration with its warnings.
  @discardableResult
  package static func check(
    path: String, environment: [String: String], at seconds: Int
  ) throws(ConfigurationComplaints) -> GatewayConfiguration {
    var configuration = try load(path: path, environment: environment)
    var complaints = configuration.sites.compactMap { site in
      configuration.mistake(in: site).map {
        ConfigurationComplaint(file: path, line: site.line, message: "site \"\(site.name)\": \($0)")
      }
    }
    complaints += configuration.takeoverComplaints(file: path)
    complaints += configuration.certificateComplaints(file: path, at: seconds)
    guard complaints.isEmpty else { throw ConfigurationComplaints(complaints) }
    let warnings =
      configuration.warnings + configuration.certificateWarnings(file: path, at: seconds)
      + configuration.unreachableRewrites(in: path)
    configuration.warnings = ConfigurationComplaints(warnings).complaints
    return configuration
  }

  private func takeoverComplaints(file: String) -> [ConfigurationComplaint] {
    guard let takeoverSocket, let end = takeoverSocket.lastIndex(of: "/") else { return [] }
    let folder = end == takeoverSocket.startIndex ? "/" : String(takeoverSocket[..<end])
    if unsafe access(folder, W_OK | X_OK) == 0 { return [] }
    let reason = unsafe String(cString: strerror(errno))
    return [
      ConfigurationComplaint(
        file: file, line: takeoverSocketLine,
        message: "takeover_socket is \"\(takeoverSocket)\", whose folder cannot be written to: \(reason)")
    ]
  }

  /// Reads the site and looks for the pages that it, or the error pages, name.
  private func mistake(in site: SiteConfiguration) -> StaticSiteError? {
    do throws(StaticSiteError) {
      let content = try SiteContent(site)
      _ = try StaticSite(content, headers: .empty)
      if let errorPages, sites[errorPages.site].name == site.name {
        _ = try ErrorPages(errorPages, content, headers: .empty)
      }
      if site.isIndexGiven, !content.entries.contains(where: { $0.name.hasSuffix("/" + site.index) }) {
        throw .missingPage("/" + site.index, site.root)
      }
      return nil
    } catch {
      return error
    }
  }

  /// Page rewrites whose paths a more exact route takes before their site sees them.
  private func unreachableRewrites(in file: String) -> [ConfigurationComplaint] {
    let table = RouteTable(routes.map { ($0.path, $0.methods) })
    var warnings: [ConfigurationComplaint] = []
    for (place, site) in sites.enumerated() where routes.contains(where: { $0.action == .site(place) }) {
      for rewrite in site.rewrites {
        let bytes = Array(rewrite.path.sample.utf8)
        guard let path = try? RequestPath(0..<bytes.count, in: bytes.span),
          case .route(let winner) = table.match(.get, path, in: bytes.span),
          routes[winner].action != .site(place)
        else { continue }
        warnings.append(
          ConfigurationComplaint(
            file: file, line: site.line,
            message: "rewrite \"\(rewrite.path)\" of site \"\(site.name)\" is never reached: "
              + "route \(winner + 1), \(routes[winner].path), takes its paths"))
      }
    }
    return warnings
  }
}

extension PathPattern {
  /// A path that it matches, with names that nobody would write out in a route.
  fileprivate var sample: String {
    let names = segments.map { segment in
      switch segment {
      case .literal(let name): String(decoding: name, as: UTF8.self)
      case .parameter: "~sample~"
      }
    }
    return "/" + (names + (isPrefix ? ["~sample~"] : [])).joined(separator: "/")
  }
}
