/// `routes`: what happens to which path.
enum RouteSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    var seen: [(path: PathPattern, methods: MethodSet, name: String)] = []
    for section in root.mappings("routes", required: true) {
      let route = route(section, configuration)
      section.finish()
      guard let route else { continue }
      checkReachable(route, section, &seen)
      configuration.routes.append(route)
    }
  }

  private static func route(
    _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) -> RouteConfiguration? {
    let path = pattern(section)
    let action = action(section, path, configuration)
    let methods = methods(section)
    let token = section.choice("token", RouteConfiguration.TokenRule.self)
    let limits = RouteLimitSection.read(section, configuration)
    let requirements = RouteTokenSection.requirements(section)
    let addresses = AddressListSection.rule(section, configuration)
    let priority = section.choice("priority", RouteConfiguration.Priority.self)
    let headers = section.string("header_set").flatMap {
      NamedPlace.find(
        $0, among: configuration.headerSets.map(\.name), "header_sets", line: section.line(of: "header_set"),
        section)
    }
    let crossOrigin = section.string("cors").flatMap {
      NamedPlace.find(
        $0, among: configuration.crossOrigin.map(\.name), "cors", line: section.line(of: "cors"), section)
    }
    let logOneIn = section.integer("log_one_in", 1...1_000_000)
    let rewrite = path.flatMap { Self.rewrite(section, $0) }
    guard let path, let action else { return nil }
    var route = RouteConfiguration(path: path, methods: methods ?? defaultMethods(action), action: action)
    route.token = token ?? .none
    route.requirements = requirements
    route.rateLimits = limits
    route.addresses = addresses
    if let priority { route.priority = priority }
    RouteTokenSection.check(route, section, configuration)
    RouteLimitSection.check(route, section, configuration)
    route.headers = headers
    route.crossOrigin = crossOrigin
    route.rewrite = rewrite
    route.logOneIn = logOneIn
    route.allowsWebSocket = webSocket(section, action)
    route.cache = CacheSection.route(section)
    CacheSection.check(route, section)
    route.fansOut = section.boolean("fan_out") ?? false
    if route.fansOut, upstream(of: route) == nil {
      section.complain("fan_out", "is for routes with an upstream, whose event stream is shared")
    }
    if route.fansOut, route.cache != nil {
      section.complain(
        "fan_out", "stands beside cache; an event stream is shared while it runs, and never stored")
    }
    check(route, section)
    return route
  }

  private static func webSocket(
    _ section: ConfigurationMapping, _ action: RouteConfiguration.Action
  ) -> Bool {
    let isAllowed = section.boolean("websocket") == true
    if isAllowed, case .upstream = action { return true }
    if isAllowed { section.complain("websocket", "is true, but only an upstream can speak that") }
    return false
  }

  private static func upstream(of route: RouteConfiguration) -> Int? {
    if case .upstream(let index) = route.action { index } else { nil }
  }

  private static func pattern(_ section: ConfigurationMapping) -> PathPattern? {
    guard let text = section.string("path", required: true) else { return nil }
    if let mistake = PathPattern.whatIsWrong(with: text) {
      section.complain("path", "is \"\(text)\"; it \(mistake)")
    }
    return PathPattern(text)
  }

  private static func action(
    _ section: ConfigurationMapping, _ path: PathPattern?, _ configuration: GatewayConfiguration
  ) -> RouteConfiguration.Action? {
    let given = ["site", "upstream", "redirect"].filter(section.has)
    let upstream = NamedPlace.upstream("upstream", in: section, configuration)
    let site = section.string("site").flatMap {
      NamedPlace.find(
        $0, among: configuration.sites.map(\.name), "sites", line: section.line(of: "site"), section)
    }
    let redirect = redirect(section, path)
    guard given.count == 1 else {
      let count = given.isEmpty ? "none" : given.joined(separator: " and ")
      section.reader.complain(
        section.line, "\(section.name) needs exactly one of site, upstream and redirect; it has \(count)")
      return nil
    }
    return upstream.map { .upstream($0) } ?? site.map { .site($0) } ?? redirect.map { .redirect($0) }
  }

  private static func redirect(
    _ section: ConfigurationMapping, _ path: PathPattern?
  ) -> RouteConfiguration.Redirect? {
    guard let mapping = section.mapping("redirect") else { return nil }
    let location = mapping.string("to", required: true)
    let status = mapping.integer("status", 300...399) ?? 308
    let keepsQuery = mapping.boolean("keep_query") ?? true
    mapping.finish()
    guard let location, let path else { return nil }
    if ![301, 302, 303, 307, 308].contains(status) {
      mapping.complain("status", "is \(status); it must be 301, 302, 303, 307 or 308")
    }
    if !isTarget(location) {
      mapping.complain("to", "is \"\(location)\"; it must be a path or an http(s) URL")
    }
    if let mistake = PathTemplate.whatIsWrong(with: location, of: path) {
      mapping.complain("to", "is \"\(location)\", which \(mistake)")
    }
    guard let template = PathTemplate(location, of: path) else { return nil }
    var redirect = RouteConfiguration.Redirect(status: status, location: template)
    redirect.keepsQuery = keepsQuery
    return redirect
  }

  /// Whether it is a path or a URL, whose host no request can choose.
  private static func isTarget(_ location: String) -> Bool {
    guard location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
    if location.hasPrefix("/") { return !location.hasPrefix("//") }
    guard location.hasPrefix("http://") || location.hasPrefix("https://"),
      let end = location.firstRange(of: "://")?.upperBound
    else { return false }
    let host = location[end...].prefix { $0 != "/" && $0 != "?" }
    return !host.isEmpty && !host.contains("{")
  }

  private static func rewrite(_ section: ConfigurationMapping, _ path: PathPattern) -> PathTemplate? {
    guard let text = section.string("rewrite") else { return nil }
    if !section.has("upstream") {
      section.complain("rewrite", "is for upstreams; a site has rewrites of its own")
    }
    let isPath =
      text.hasPrefix("/") && !text.contains("//") && !text.contains("?") && !text.contains("#")
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    if !isPath { section.complain("rewrite", "is \"\(text)\"; it must be a path without a query") }
    if text.split(separator: "/").first.map({ $0 == "internal" || $0.hasPrefix("{") }) == true {
      section.complain(
        "rewrite",
        "is \"\(text)\"; its first segment must be written out and not be internal, which is never routed")
    }
    if let mistake = PathTemplate.whatIsWrong(with: text, of: path) {
      section.complain("rewrite", "is \"\(text)\", which \(mistake)")
    }
    return PathTemplate(text, of: path)
  }

  private static func methods(_ section: ConfigurationMapping) -> MethodSet? {
    guard section.has("methods") else {
      _ = section.strings("methods")
      return nil
    }
    var methods: MethodSet = []
    if section.strings("methods").isEmpty {
      section.complain("methods", "is empty, so that it never answers; leave it out for all that there are")
    }
    for (name, line) in section.strings("methods") {
      if let method = MethodSet(named: name) {
        methods.formUnion(method)
      } else {
        let known = MethodSet.names.map(\.name).joined(separator: ", ")
        section.reader.complain(line, "methods in \(section.name) has \"\(name)\"; known are: \(known)")
      }
    }
    return methods.addingHead
  }

  /// Files can only be read; everything else is the upstream's to decide.
  private static func defaultMethods(_ action: RouteConfiguration.Action) -> MethodSet {
    if case .upstream = action { .all } else { .reading }
  }

  private static func check(_ route: RouteConfiguration, _ section: ConfigurationMapping) {
    if case .site = route.action, !route.methods.isSubset(of: .reading) {
      section.complain("methods", "has more than GET and HEAD, but files can only be read")
    }
    if RouteTable.closed.contains(where: { route.path.segments.starts(with: $0.segments) }) {
      section.complain(
        "path", "is \"\(route.path)\"; /internal belongs to the internal listener and is never routed")
    }
  }

  /// A route whose path and methods are all taken by earlier ones never answers.
  private static func checkReachable(
    _ route: RouteConfiguration, _ section: ConfigurationMapping,
    _ seen: inout [(path: PathPattern, methods: MethodSet, name: String)]
  ) {
    let same = seen.filter { $0.path.isSame(as: route.path) }
    let taken = same.reduce(into: MethodSet()) { $0.formUnion($1.methods) }
    if !route.methods.isEmpty, route.methods.isSubset(of: taken) {
      section.complain("path", "is \"\(route.path)\", which \(same[0].name) answers already")
    }
    seen.append((route.path, route.methods, section.name))
  }
}

extension PathPattern {
  /// Whether both match the same paths, however their parameters are called.
  fileprivate func isSame(as other: PathPattern) -> Bool {
    segments == other.segments && isPrefix == other.isPrefix
  }
}
