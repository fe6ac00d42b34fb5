/// One command, ready for the wire.
///
/// Commands that change what a connection is (SUBSCRIBE, MULTI, SELECT, blocking ones…) are not for this
/// client: many tasks share its connection.
package struct RedisCommand: Sendable {
  let bytes: [UInt8]

  /// Name and arguments; hiredis formats them. Refused without a name and over 8 MB.
  package init(_ arguments: [[UInt8]]) throws(RedisError) {
    bytes = try HiredisFormat.command(arguments)
  }

  package init(_ arguments: [String]) throws(RedisError) {
    try self.init(arguments.map { Array($0.utf8) })
  }
}
