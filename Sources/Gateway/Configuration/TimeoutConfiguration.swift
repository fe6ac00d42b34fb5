/// How long a client may take, in milliseconds.
package struct TimeoutConfiguration: Sendable, Equatable {
  /// From the start of a connection until its PROXY header and its TLS handshake are over.
  package var handshakeMilliseconds = 10_000
  /// From the first byte of a head to its end.
  package var headMilliseconds = 10_000
  /// For the next share of a request body: as long as it takes at ``bodyBytesPerSecond``, or any of it when that is 0.
  package var bodyIdleMilliseconds = 30_000
  /// The slowest that a body may come; 0 for no such bound.
  package var bodyBytesPerSecond = 100
  /// Between two requests of a connection.
  package var keepAliveMilliseconds = 60_000
  /// Without any byte of an answer being taken by the client.
  package var writeIdleMilliseconds = 30_000
  /// From SIGTERM until connections that are still busy are closed.
  package var drainMilliseconds = 15_000

  package init() {}
}

extension TimeoutConfiguration {
  /// How much of a body must come within ``bodyIdleMilliseconds``.
  package var bodyBytesPerWindow: Int { bodyIdleMilliseconds * bodyBytesPerSecond / 1_000 }
}
