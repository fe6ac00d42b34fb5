/// A client's connection as its event loop knows it, whatever it speaks.
protocol ServedConnection: AnyObject {
  /// Place among the loop's connections; the loop's to change.
  var place: Int { get set }
  /// The process goes down: what is being answered is the last.
  func drain()
  /// The time for that is over.
  func abort()
}
