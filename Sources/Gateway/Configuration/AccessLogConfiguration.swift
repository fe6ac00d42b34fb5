/// The line that each request leaves.
package struct AccessLogConfiguration: Sendable, Equatable {
  package enum Format: String, Sendable, CaseIterable {
    case json
    case text
    case off
  }

  package var format: Format = .json
  /// One in this many ordinary requests is logged; an answer of 500 and above always is.
  package var sampleOneIn = 1
  /// One in this many answers from 400 to 499; nil as all others.
  package var sampleClientErrorsOneIn: Int?
  /// What took at least this long is always logged; 0 for no such rule.
  package var slowMilliseconds = 0

  package init() {}
}
