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

  package init() {}
}
