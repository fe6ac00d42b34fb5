/// `token` and `require` of a route.
enum RouteTokenSection {
  /// `require: {scope: bookings:write, role: [owner, admin]}`.
  static func requirements(_ section: ConfigurationMapping) -> [RouteConfiguration.Requirement] {
    guard let mapping = section.mapping("require") else { return [] }
    let requirements = mapping.entries().map { entry in
      let values = mapping.strings(entry.key).map(\.text)
      if values.isEmpty || values.contains("") {
        mapping.complain(entry.key, "must have a value that the token is to have")
      }
      return RouteConfiguration.Requirement(claim: entry.key, values: values)
    }
    if requirements.isEmpty { section.complain("require", "asks for no claim") }
    return requirements
  }

  static func check(
    _ route: RouteConfiguration, _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) {
    if route.token != .none, configuration.token == nil {
      section.complain(
        "token",
        "is \"\(route.token.rawValue)\", but there is no token section that says how to check it")
    }
    if !route.requirements.isEmpty, route.token != .required {
      section.complain("require", "asks for claims, so the route must say token: required")
    }
  }
}
