private import JSON

extension Claims {
  private static let registered: Set<String> = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "scope",
  ]

  /// Reads the payload of a token whose signature is right (RFC 7519 section 4).
  init(parsing bytes: [UInt8]) throws(TokenError) {
    guard let object = try? JSONValue(parsing: bytes).object else { throw .malformed }
    self.init(
      iss: try Self.required("iss", object["iss"]?.string),
      sub: try Self.required("sub", object["sub"]?.string),
      aud: try Self.audience(object["aud"]),
      exp: try Self.required("exp", Self.time("exp", object["exp"])),
      nbf: try Self.time("nbf", object["nbf"]),
      iat: try Self.time("iat", object["iat"]),
      jti: try Self.text("jti", object["jti"]),
      sid: try Self.text("sid", object["sid"]),
      scope: try Self.text("scope", object["scope"]),
      others: Self.others(object))
  }

  private static func others(_ object: JSONObject) -> [String: [String]] {
    var others: [String: [String]] = [:]
    for member in object.members where !registered.contains(member.key) {
      let words = (member.value.array ?? [member.value]).compactMap(word)
      if !words.isEmpty { others[member.key] = words }
    }
    return others
  }

  private static func word(_ value: JSONValue) -> String? {
    value.string ?? value.int.map { String($0) } ?? value.bool.map { $0 ? "true" : "false" }
  }

  /// One string or an array of them.
  private static func audience(_ value: JSONValue?) throws(TokenError) -> [String] {
    if let one = value?.string { return [one] }
    guard let values = value?.array, !values.isEmpty else { throw .badClaim("aud") }
    let strings = values.compactMap(\.string)
    guard strings.count == values.count else { throw .badClaim("aud") }
    return strings
  }

  /// A NumericDate: whole seconds, or a fraction of them, which is cut off.
  private static func time(_ name: String, _ value: JSONValue?) throws(TokenError) -> Int? {
    switch value {
    case nil: nil
    case .int(let seconds): seconds
    case .double(let seconds) where seconds.magnitude < 1e15: Int(seconds)
    default: throw .badClaim(name)
    }
  }

  private static func text(_ name: String, _ value: JSONValue?) throws(TokenError) -> String? {
    guard let value else { return nil }
    return try required(name, value.string)
  }

  private static func required<Value>(_ name: String, _ value: Value?) throws(TokenError) -> Value {
    guard let value else { throw .badClaim(name) }
    return value
  }
}
