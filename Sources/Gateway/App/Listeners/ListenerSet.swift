import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The listeners of the process, and how they change while it runs: what a new configuration needs is opened before
/// anything of the old one is given up.
actor ListenerSet {
  /// A configuration is about this listener when address and port are the same; everything else may change.
  private struct Key: Hashable {
    let address: String
    let port: Int
    let isAdmin: Bool
  }

  private struct Listener {
    let key: Key
    let box: ListenerBox
    var sockets: [ListeningSocket]
    /// Empty until it accepts.
    var channels: [any Channel] = []
  }

  /// What has been made ready for a configuration and is not in use yet.
  struct Change: Sendable {
    fileprivate var kept: [(place: Int, facts: ListenerFacts, certificates: CertificateSet?)] = []
    fileprivate var opened: [(place: Int, listener: Opened)] = []

    fileprivate struct Opened: Sendable {
      let key: (address: String, port: Int, isAdmin: Bool)
      let facts: ListenerFacts
      let sockets: [ListeningSocket]
    }
  }

  private let loops: [NIOLoopBound<GatewayLoop>]
  private let certificates: CertificateStore
  private let admin: AdminAnswer
  private var listeners: [Listener] = []
  /// From a process that is being taken over from.
  private var adopted: [ListeningSocket]
  /// What a process that takes over is given.
  nonisolated let published = PublishedSockets()

  init(
    _ loops: [NIOLoopBound<GatewayLoop>], _ certificates: CertificateStore, admin: AdminAnswer,
    adopted: [ListeningSocket]
  ) {
    self.loops = loops
    self.certificates = certificates
    self.admin = admin
    self.adopted = adopted
  }

  /// The bound ports of the public listeners, in the order of the configuration.
  var ports: [Int] { listeners.filter { !$0.key.isAdmin }.map { $0.sockets.first?.port ?? 0 } }
  var adminPort: Int? { listeners.first { $0.key.isAdmin }?.sockets.first?.port }

  /// Loads certificates and binds sockets for a configuration; when anything fails, nothing has changed.
  func prepare(_ configuration: GatewayConfiguration) throws -> Change {
    var change = Change()
    var free = Array(listeners.enumerated())
    let trusted = TrustedProxies(configuration.trustedProxies)
    do {
      for (place, wanted) in configuration.everyListener.enumerated() {
        let key = Key(address: wanted.listener.address, port: wanted.listener.port, isAdmin: wanted.isAdmin)
        let old = free.firstIndex { $0.element.key == key }.map { free.remove(at: $0) }
        let set = try wanted.listener.tls.map { tls in try CertificateSet.load(tls.certificates) }
        let tls = try set.map { set in
          try TLSService.next(after: old?.element.box.facts.tls, wanted.listener.settings, set)
        }
        let facts = ListenerFacts(
          wanted.listener, tls: tls, trusted: trusted, admin: wanted.isAdmin ? admin : nil)
        if let old {
          change.kept.append((old.offset, facts, set))
        } else {
          let sockets = try bind(key)
          change.opened.append(
            (place, Change.Opened(key: (key.address, key.port, key.isAdmin), facts: facts, sockets: sockets)))
        }
      }
    } catch {
      abandon(change)
      throw error
    }
    return change
  }

  /// Gives up what was made ready.
  func abandon(_ change: Change) {
    for socket in adopted { socket.close() }
    adopted = []
    for opened in change.opened { for socket in opened.listener.sockets { socket.close() } }
  }

  /// Goes over to what was made ready: new listeners accept, those that are not wanted any more stop.
  func commit(_ change: Change) async throws {
    let old = listeners
    var kept: [Listener] = []
    for (place, facts, set) in change.kept {
      if let set { facts.tls?.use(set) }
      old[place].box.use(facts)
      kept.append(old[place])
    }
    let keptPlaces = Set(change.kept.map(\.place))
    listeners = kept
    for (place, opened) in change.opened {
      let key = Key(address: opened.key.address, port: opened.key.port, isAdmin: opened.key.isAdmin)
      let listener = Listener(key: key, box: ListenerBox(opened.facts), sockets: opened.sockets)
      listeners.insert(listener, at: min(place, listeners.count))
    }
    for place in listeners.indices where listeners[place].channels.isEmpty {
      listeners[place].channels = try await accept(listeners[place])
    }
    for (place, listener) in old.enumerated() where !keptPlaces.contains(place) {
      for channel in listener.channels { try? await channel.close() }
    }
    for socket in adopted { socket.close() }
    adopted = []
    published.use(listeners.flatMap(\.sockets))
    certificates.watch(listeners.compactMap { $0.box.facts.tls })
  }

  /// Nobody is accepted any more.
  func close() async {
    published.use([])
    for listener in listeners {
      for channel in listener.channels { try? await channel.close() }
    }
    listeners = []
  }

  /// One socket per loop, which the kernel shares connections out to; the first one decides about the port, when
  /// the kernel may choose it. What was taken over is all used: connections may wait in each of them.
  private func bind(_ key: Key) throws -> [ListeningSocket] {
    var sockets = takeAdopted(key)
    let wanted = key.isAdmin ? 1 : loops.count
    do {
      while sockets.count < wanted {
        sockets.append(
          try ListeningSocket.bind(
            address: key.address, port: sockets.first?.port ?? key.port, isShared: !key.isAdmin))
      }
    } catch {
      for socket in sockets { socket.close() }
      throw error
    }
    return sockets
  }

  private func takeAdopted(_ key: Key) -> [ListeningSocket] {
    guard key.port != 0, let address = ClientAddress(key.address) else { return [] }
    let mine = adopted.filter { $0.port == key.port && ClientAddress($0.address) == address }
    adopted.removeAll { $0.port == key.port && ClientAddress($0.address) == address }
    return mine
  }

  private func accept(_ listener: Listener) async throws -> [any Channel] {
    var channels: [any Channel] = []
    for (index, socket) in listener.sockets.enumerated() {
      let loop = loops[index % loops.count]
      channels.append(try await socket.accept(on: loop, listener.box).get())
    }
    return channels
  }
}

extension GatewayConfiguration {
  /// The public listeners, then the admin's.
  fileprivate var everyListener: [(listener: ListenerConfiguration, isAdmin: Bool)] {
    listeners.map { ($0, false) } + (admin.map { [($0, true)] } ?? [])
  }
}

extension ListenerConfiguration {
  fileprivate var settings: TLSService.Settings {
    TLSService.Settings(minimumVersion: tls?.minimumVersion ?? .tls12, http2: http2)
  }
}
