/// What is worth observing about jobs; the program decides what it counts and logs.
package enum JobEvent: Sendable {
  case finished(kind: String, attempt: Int, took: Duration)
  /// The next try is due after `retryIn`; nil means that the job is dead.
  case failed(kind: String, id: Int, attempt: Int, error: String, retryIn: Duration?)
  /// It ran, but another worker had taken it over meanwhile.
  case leaseLost(kind: String, id: Int)
  /// The queue could not be read or written; the worker goes on trying.
  case queueUnreachable(kind: String, error: String)
}
