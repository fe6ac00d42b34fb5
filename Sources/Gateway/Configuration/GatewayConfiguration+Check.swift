extension GatewayConfiguration {
  /// What `gateway check` does: reads a file and everything that it refers to. Throws every mistake at once.
  ///
  /// - Parameter seconds: now, since 1970.
  @discardableResult
  package static func check(
    path: String, environment: [String: String], at seconds: Int
  ) throws(ConfigurationComplaints) -> GatewayConfiguration {
    let configuration = try load(path: path, environment: environment)
    var complaints = configuration.sites.compactMap { site in
      Self.mistake(in: site).map {
        ConfigurationComplaint(file: path, line: site.line, message: "site \"\(site.name)\": \($0)")
      }
    }
    complaints += configuration.certificateComplaints(file: path, at: seconds)
    guard complaints.isEmpty else { throw ConfigurationComplaints(complaints) }
    return configuration
  }

  private static func mistake(in site: SiteConfiguration) -> StaticSiteError? {
    do throws(StaticSiteError) {
      _ = try StaticSite(site, headers: .empty)
      return nil
    } catch {
      return error
    }
  }
}
