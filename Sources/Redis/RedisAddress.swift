private import FoundationEssentials

/// A Redis URL taken apart.
package struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
  package enum Socket: Sendable, Equatable {
    case tcp(host: String, port: Int)
    case unix(path: String)
  }

  package let socket: Socket
  let user: String?
  let password: String?
  let database: Int

  /// Without user and password.
  package var description: String {
    switch socket {
    case .tcp(let host, let port): "redis://\(host):\(port)/\(database)"
    case .unix(let path): "unix://\(path)?db=\(database)"
    }
  }

  /// `redis://[user][:password]@host[:port][/database]` or `unix://[user:password@]/path[?db=1]`; reserved
  /// characters in user and password are percent-encoded.
  init(url: String) throws(RedisError) {
    guard let parts = URLComponents(string: url) else { throw Self.invalid("is not a URL") }
    switch parts.scheme {
    case "redis":
      guard let host = parts.host, !host.isEmpty else { throw Self.invalid("has no host") }
      let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
      let port = parts.port ?? 6379
      guard (1...65535).contains(port) else { throw Self.invalid("has an impossible port") }
      socket = .tcp(host: name, port: port)
      database = try Self.database(parts.path.isEmpty ? nil : String(parts.path.dropFirst()))
    case "unix":
      guard !parts.path.isEmpty else { throw Self.invalid("has no path of a socket") }
      socket = .unix(path: parts.path)
      database = try Self.database(parts.queryItems?.first { $0.name == "db" }?.value)
    default:
      throw Self.invalid("starts neither with redis:// nor with unix://")
    }
    user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
    password = parts.password
    guard user == nil || password != nil else { throw Self.invalid("has a user without a password") }
  }

  private static func database(_ text: String?) throws(RedisError) -> Int {
    guard let text, !text.isEmpty else { return 0 }
    guard let number = Int(text), (0..<1 << 16).contains(number) else {
      throw invalid("has a database that is not a number")
    }
    return number
  }

  /// Says nothing of the URL: it may hold a password.
  private static func invalid(_ what: String) -> RedisError {
    RedisError(
      .invalid, .notSent, "the Redis URL \(what): expected redis://[user:password@]host[:port][/database]")
  }
}
