/// A group of servers that answer the same requests.
package struct UpstreamConfiguration: Sendable, Equatable {
  package struct Server: Sendable, Equatable {
    package enum Kind: Sendable {
      /// An IP address.
      case address
      /// A host name, whose addresses are asked for again and again.
      case name
      /// A Unix socket; `host` is its path.
      case unix
    }

    package var kind: Kind
    package var host: String
    package var port: Int

    /// - Parameter host: a name or an IP address.
    package init(host: String, port: Int) {
      kind = ClientAddress(host) == nil ? .name : .address
      self.host = host
      self.port = port
    }

    package init(unixPath: String) {
      kind = .unix
      host = unixPath
      port = 0
    }

    /// As the file says it.
    package var text: String {
      switch kind {
      case .unix: "unix:\(host)"
      case .address where host.contains(":"): "[\(host)]:\(port)"
      default: "\(host):\(port)"
      }
    }

    /// The Host field of requests of the gateway's own.
    package var authority: String { kind == .unix ? "localhost" : text }
  }

  package var name: String
  /// At least one.
  package var servers: [Server]
  package var connectMilliseconds = 1_000
  /// From the end of the request to the first byte of the answer's head.
  package var firstByteMilliseconds = 30_000
  /// Without a byte in the middle of an answer, or of a request that the server does not take.
  package var idleMilliseconds = 60_000
  /// Without a byte in an event stream, or in either direction of a WebSocket.
  package var streamIdleMilliseconds = 300_000
  /// How long an unused connection is kept; less where the server says that it keeps it shorter.
  package var keepAliveMilliseconds = 30_000
  /// Per event loop and server.
  package var connectionsPerLoop = 64
  /// Connections besides whose clients take nothing of their answers: slow readers must not use up what others need.
  package var stalledPerLoop: Int { 8 * connectionsPerLoop }
  /// Requests that may wait for a connection, per event loop; beyond it 503.
  package var queuePerLoop = 1_024
  /// How long one may wait there.
  package var queueMilliseconds = 5_000
  /// Between two resolutions of names among the servers.
  package var resolveMilliseconds = 5_000
  /// How long a server that comes back takes to have its whole share again; 0: at once.
  package var slowStartMilliseconds = 10_000
  package var retries = RetryConfiguration()
  package var circuit = CircuitConfiguration()
  /// Nil: servers are judged by their answers alone.
  package var health: HealthConfiguration?
  /// Answers that take longer than this say that the upstream is too slow, and low priorities are refused; nil
  /// refuses nobody.
  package var shedMilliseconds: Int?

  package init(name: String, servers: [Server]) {
    self.name = name
    self.servers = servers
  }
}
