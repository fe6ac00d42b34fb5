/// Why a command has no answer.
package struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// Redis refused; the code is the first word of its message (`WRONGTYPE`, `NOSCRIPT`, `ERR`).
    case server(code: String)
    /// No connection, or it was lost.
    case connection
    case timeout
    /// Too much is waiting already; nothing was sent.
    case queueFull
    /// The task was cancelled.
    case cancelled
    /// The other side does not speak RESP2, or a reply is over the bounds.
    case protocolViolation
    /// A reply of another type than the command has.
    case unexpectedReply
    /// A command or URL that cannot be sent or used.
    case invalid
    /// The client has been shut down.
    case stopped
  }

  /// Whether the command may have had its effect.
  package enum Outcome: Sendable, Equatable {
    case notSent
    case unknown
    /// It was refused by Redis.
    case failed
  }

  package let kind: Kind
  package let outcome: Outcome
  /// For logs; holds no password. Of a refused command it is what Redis says, which may repeat arguments.
  package let message: String

  package init(_ kind: Kind, _ outcome: Outcome, _ message: String) {
    self.kind = kind
    self.outcome = outcome
    self.message = message
  }

  package var description: String { message }

  /// An error reply; its first word is the code.
  static func server(_ message: String) -> RedisError {
    let code = message.prefix { $0 != " " }
    return RedisError(.server(code: String(code)), .failed, "Redis: \(message)")
  }

  static func unexpectedReply(to command: String) -> RedisError {
    RedisError(.unexpectedReply, .unknown, "Redis answered \(command) with another type than it should")
  }

  static let cancelled = RedisError(.cancelled, .unknown, "the task was cancelled")
  static let stopped = RedisError(.stopped, .notSent, "the Redis client has been shut down")
}
