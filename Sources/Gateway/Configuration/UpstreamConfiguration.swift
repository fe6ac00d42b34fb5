/// A group of servers that answer the same requests.
package struct UpstreamConfiguration: Sendable, Equatable {
  package struct Server: Sendable, Equatable {
    /// A host name or an address.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  package var name: String
  /// At least one.
  package var servers: [Server]
  package var connectMilliseconds = 1_000
  /// From the end of the request to the first byte of the answer's head.
  package var firstByteMilliseconds = 30_000
  /// Without a byte in the middle of an answer.
  package var idleMilliseconds = 60_000
  /// How long an unused connection is kept.
  package var keepAliveMilliseconds = 30_000
  /// Per event loop and server.
  package var connectionsPerLoop = 64
  /// Requests that may wait for a connection, per event loop; beyond it 503.
  package var queuePerLoop = 1_024
  /// How long one may wait there.
  package var queueMilliseconds = 5_000
  /// Answers that take longer than this say that the upstream is too slow, and low priorities are refused; nil
  /// refuses nobody.
  package var shedMilliseconds: Int?

  package init(name: String, servers: [Server]) {
    self.name = name
    self.servers = servers
  }
}
