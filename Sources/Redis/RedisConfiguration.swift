/// Where Redis is and how patient its client is. All times are bounds per attempt.
package struct RedisConfiguration: Sendable {
  package var address: RedisAddress
  /// From the start of a connection attempt to the last reply of its greeting.
  package var connectTimeout: Duration = .seconds(2)
  /// From `send` to the reply, waiting for a connection included.
  package var commandTimeout: Duration = .seconds(2)
  /// Commands that wait for a reply at the same time; more are refused.
  package var maximumCommands = 4096
  /// Bytes of commands that wait for a reply at the same time; more are refused.
  package var maximumCommandBytes = 16 << 20
  /// Bytes of one reply; a longer one closes the connection.
  package var maximumReplyBytes = 16 << 20
  /// Messages that wait for one listener; beyond that the oldest give way, and `.resumed` says so.
  package var messageBuffer = 256
  /// How often the pub/sub connection is asked whether it is alive; a silent one is replaced.
  package var subscriptionPing: Duration = .seconds(10)

  /// `redis://[user][:password]@host[:port][/database]` or `unix:///path/of.sock[?db=1]`.
  package init(url: String) throws(RedisError) {
    address = try RedisAddress(url: url)
  }
}
