/// A decoded field: its name and then its value stand in the list's bytes from `start` on.
struct HTTP2Field: Sendable {
  var start: Int
  var nameLength: Int
  var valueLength: Int

  @inline(__always)
  var nameRange: Range<Int> { start..<start &+ nameLength }
  @inline(__always)
  var valueRange: Range<Int> { start &+ nameLength..<start &+ nameLength &+ valueLength }
}
