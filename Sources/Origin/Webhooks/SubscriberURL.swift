/// Where a webhook is sent. Read strictly, because the reader that checks and the one that connects must see the same
/// host: RFC 3986 without user, without percent signs in the host, ASCII only.
struct SubscriberURL: Sendable, Equatable {
  enum Host: Sendable, Equatable {
    case address(IPAddress)
    /// Lower case, without a dot at the end.
    case name(String)
  }

  let isEncrypted: Bool
  let host: Host
  let port: Int

  static let longest = 2000

  /// Nil when it is no http or https URL of that form.
  init?(_ text: String) {
    guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.isAllowed),
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    switch text[..<colon].lowercased() {
    case "https": isEncrypted = true
    case "http": isEncrypted = false
    default: return nil
    }
    guard text[colon...].hasPrefix("://") else { return nil }
    let rest = text[colon...].dropFirst(3)
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let (host, port) = Self.split(authority) else { return nil }
    self.host = host
    self.port = port ?? (isEncrypted ? 443 : 80)
  }

  /// Whether it plainly names this machine or its network. A name that resolves there is found out at delivery.
  var isPrivate: Bool {
    switch host {
    case .address(let address): !address.isPublic
    case .name(let name):
      !name.contains(".") || Self.localDomains.contains { name == $0 || name.hasSuffix("." + $0) }
    }
  }

  /// Domains that only mean something inside a machine, a network or a cloud.
  private static let localDomains = [
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan",
    "home.arpa", "svc",
  ]

  private static func isAllowed(_ byte: UInt8) -> Bool {
    0x21...0x7E ~= byte && !#""<>\^`{|}"#.utf8.contains(byte)
  }

  private static func split(_ authority: Substring) -> (Host, Int?)? {
    guard !authority.contains("@") else { return nil }
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      guard let address = IPAddress(String(authority[...end])), let port = port(authority[end...].dropFirst())
      else { return nil }
      return (.address(address), port)
    }
    let name = authority.prefix { $0 != ":" }
    guard let host = named(name), let port = port(authority[name.endIndex...]) else { return nil }
    return (host, port)
  }

  /// What stands behind the host: nothing, or a colon and a port. Nil inside when there is none.
  private static func port(_ text: Substring) -> Int?? {
    if text.isEmpty { return .some(nil) }
    let digits = text.dropFirst()
    guard text.first == ":", 1...5 ~= digits.utf8.count, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let port = Int(digits), 1...65_535 ~= port
    else { return nil }
    return .some(port)
  }

  /// A host that ends in a number is an address, or nothing (WHATWG URL, section 3.5).
  private static func named(_ text: Substring) -> Host? {
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, labels.allSatisfy(isLabel), let last = labels.last else { return nil }
    let isNumber = last.allSatisfy { 0x30...0x39 ~= $0 } || Substring(last).hasPrefix("0x")
    if isNumber { return IPAddress(name).map(Host.address) }
    return .name(name)
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    1...63 ~= label.count
      && label.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }
}
