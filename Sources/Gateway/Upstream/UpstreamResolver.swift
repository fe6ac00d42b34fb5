import Dispatch
import Glibc

/// Turns names of servers into addresses, off the event loops: a name server that does not answer holds up nobody.
package struct UpstreamResolver: Sendable {
  private let lookUp: @Sendable (String) -> [String]?

  /// - Parameter lookUp: the addresses of a name, nil when they could not be found out. It may block.
  package init(_ lookUp: @escaping @Sendable (String) -> [String]?) {
    self.lookUp = lookUp
  }

  /// The system's: /etc/hosts, DNS and whatever else the machine is set up for (getaddrinfo).
  package static let system = UpstreamResolver(addresses)

  func resolve(_ host: String, _ done: @escaping @Sendable ([String]?) -> Void) {
    DispatchQueue.global().async { done(lookUp(host)) }
  }

  @Sendable
  private static func addresses(of host: String) -> [String]? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &first) == 0 else { return nil }
    defer { unsafe freeaddrinfo(first) }
    var addresses: [String] = []
    var next = unsafe first
    while let info = unsafe next {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let result = unsafe getnameinfo(
        info.pointee.ai_addr, info.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      if result == 0 {
        addresses.append(
          String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      unsafe next = info.pointee.ai_next
    }
    return addresses
  }
}
