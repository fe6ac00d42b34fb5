import Hummingbird

/// How clients of the format name an organisation, which here is a team: the same business, its people, its event
/// types. With an id and a slug it must be both.
struct OrganizationReference: Sendable, Hashable {
  var slug: String?
  var id: Int?

  /// Whether the team of this slug is in it; a reference that says nothing includes every team.
  func isTeam(slug team: String) -> Bool { slug.map { $0 == team } ?? true }

  /// SQL for whether somebody works there; true where the reference says nothing.
  static func includes(user: String, slug: String, id: String) -> String {
    """
    (\(slug)::text IS NULL AND \(id)::bigint IS NULL OR EXISTS (
       SELECT FROM memberships om JOIN businesses ob ON ob.id = om.business_id
       WHERE om.user_id = \(user) AND NOT ob.personal
         AND (\(slug)::text IS NULL OR ob.slug = \(slug)) AND (\(id)::bigint IS NULL OR ob.id = \(id))))
    """
  }
}

extension Input {
  /// Nil when neither key was sent.
  mutating func organization(slug: String, id: String) -> OrganizationReference? {
    let reference = OrganizationReference(
      slug: optionalText(slug, 1...100), id: optionalInt(id, 1...Int.max))
    return reference == OrganizationReference() ? nil : reference
  }

  /// User names with commas between, each once.
  mutating func usernames(_ key: String) -> [String]? {
    guard let text = optionalText(key, 0...2000) else { return nil }
    var names: [String] = []
    for part in text.split(separator: ",") {
      let name = part.filter { !$0.isWhitespace }
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    if names.count > GroupStore.mostPeople {
      mistake(key, "must name at most \(GroupStore.mostPeople) users")
    }
    return names
  }
}

extension OriginContext {
  /// Whether the team of the path is in the organisation of the path, where it names one.
  var organizationFits: Bool {
    parameters.get("orgId").map { Int($0) == Int(text("teamId")) } ?? true
  }
}
