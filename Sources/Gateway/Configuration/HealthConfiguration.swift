/// How servers are asked whether they are well, by one event loop for the whole process.
package struct HealthConfiguration: Sendable, Equatable {
  package var path: String
  /// Nil: the server's own.
  package var port: Int?
  /// Nil: as the server is called in the list.
  package var host: String?
  package var intervalMilliseconds = 2_000
  package var timeoutMilliseconds = 1_000
  /// So many bad answers in a row, and it gets no more requests.
  package var downAfter = 3
  /// So many good ones in a row, and it gets some again.
  package var upAfter = 2
  package var statuses: [ClosedRange<Int>] = [200...299]

  package init(path: String) {
    self.path = path
  }

  package func isExpected(_ status: Int) -> Bool { statuses.contains { $0.contains(status) } }
}
