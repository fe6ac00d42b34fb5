package import Redis

/// Where gateways tell each other what has been used of the rate limits.
package struct SharedLimitConfiguration: Sendable, Equatable {
  /// Of all gateways that share their limits.
  package var redis: RedisConfiguration
  /// How often they settle.
  package var settleMilliseconds = 200
  /// Keys of one installation begin with it.
  package var prefix = "daybook:limit"

  package init(redis: RedisConfiguration) {
    self.redis = redis
  }

  package static func == (left: SharedLimitConfiguration, right: SharedLimitConfiguration) -> Bool {
    left.redis.address == right.redis.address && left.settleMilliseconds == right.settleMilliseconds
      && left.prefix == right.prefix
  }
}
