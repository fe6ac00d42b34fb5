import Foundation

/// How a mail server is reached, read from a URL:
///
///     smtp://user:password@mail.example.com:587/our.host.name?starttls=required&ca=/path/ca.pem
///     smtps://user:password@mail.example.com
///
/// User and password are percent-encoded. The path, if there is one, is the name that we greet the server
/// with. Standard ports: 465 for smtps, for smtp 587 with a user and 25 without.
package struct SMTPConfiguration: Sendable {
  /// Whether a plain connection is turned into a TLS one. Certificates are always checked.
  package enum StartTLS: String, Sendable, CaseIterable {
    /// No TLS, no mail. Standard where there is a user.
    case required
    /// TLS where the server offers it. Standard without a user.
    case `try`
    /// Never ask. Standard on this machine (`localhost`, 127.0.0.0/8, `::1`).
    case never
  }

  /// `smtps`: TLS from the first byte.
  package let isImplicitTLS: Bool
  package let host: String
  package let port: Int
  package let greetingName: String?
  package let user: String?
  let password: SMTPPassword?
  package let startTLS: StartTLS
  /// A PEM file of authorities to trust instead of the system's.
  package let authorityFile: String?

  /// How long the TCP and TLS connection may take.
  package var connectTimeoutMilliseconds = 10_000
  /// How long the server may take for one answer.
  package var replyTimeoutSeconds = 30
  /// How long one message may take from first to last.
  package var totalTimeoutMilliseconds = 60_000
  /// Messages that are under way at once; each has its own thread and keeps its connection.
  package var maximumConnections = 2
  /// Messages that may wait for a connection; beyond it sending fails as temporary.
  package var maximumWaiting = 1024

  /// - Throws: a ``MailError/Kind/misconfiguration`` whose message names what is wrong; it does not repeat
  ///   the URL, which holds a password.
  package init(url: String) throws(MailError) {
    guard url.utf8.count <= 2048, let parts = URLComponents(string: url) else {
      throw Self.wrong("is not a URL; user and password need percent-encoding, such as %40 for @")
    }
    let scheme = parts.scheme?.lowercased()
    guard scheme == "smtp" || scheme == "smtps" else {
      throw Self.wrong("must start with smtp:// or smtps://")
    }
    guard let host = parts.host, Self.isHost(host) else { throw Self.wrong("has no host") }
    guard (parts.user ?? "").isEmpty == (parts.password ?? "").isEmpty else {
      throw Self.wrong("needs both a user and a password, or neither")
    }
    isImplicitTLS = scheme == "smtps"
    self.host = host
    user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
    password = parts.password.flatMap { $0.isEmpty ? nil : SMTPPassword(text: $0) }
    port = parts.port ?? (isImplicitTLS ? 465 : user == nil ? 25 : 587)
    guard (1...65535).contains(port) else { throw Self.wrong("has a port that is not between 1 and 65535") }
    greetingName = try Self.greetingName(path: parts.path)
    let options = try Self.options(parts.queryItems ?? [])
    startTLS = options.startTLS ?? (Self.isThisMachine(host) ? .never : user == nil ? .try : .required)
    authorityFile = options.authorityFile
    for secret in [user, password?.text].compactMap({ $0 }) where secret.utf8.contains(where: { $0 < 0x20 }) {
      throw Self.wrong("has control characters in its user or password")
    }
  }

  private static func greetingName(path: String) throws(MailError) -> String? {
    let name = path.drop { $0 == "/" }
    guard !name.isEmpty else { return nil }
    guard let ascii = DomainName.ascii(name) else {
      throw wrong("has a path that is not a host name; it is what we greet the server with")
    }
    return ascii
  }

  private static func options(
    _ items: [URLQueryItem]
  ) throws(MailError) -> (startTLS: StartTLS?, authorityFile: String?) {
    var options: (startTLS: StartTLS?, authorityFile: String?)
    for item in items {
      switch item.name {
      case "starttls":
        guard let value = item.value.flatMap(StartTLS.init) else {
          throw wrong("has a starttls that is none of required, try, never")
        }
        options.startTLS = value
      case "ca":
        guard let path = item.value, FileManager.default.isReadableFile(atPath: path) else {
          throw wrong("names a ca file that cannot be read")
        }
        options.authorityFile = path
      default: throw wrong("has an option other than starttls and ca")
      }
    }
    return options
  }

  private static func isHost(_ host: String) -> Bool {
    if host.hasPrefix("[") || host.contains(":") {
      return host.utf8.allSatisfy { "[]:.%0123456789abcdefABCDEF".utf8.contains($0) }
    }
    return DomainName.ascii(host) != nil
  }

  private static func isThisMachine(_ host: String) -> Bool {
    let isLoopbackIPv4 = host.hasPrefix("127.") && host.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
    return host.lowercased() == "localhost" || isLoopbackIPv4 || host == "::1" || host == "[::1]"
  }

  private static func wrong(_ what: String) -> MailError {
    MailError(.misconfiguration, "the mail URL \(what)")
  }
}
