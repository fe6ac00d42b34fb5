/// One mistake in a configuration: where it is, what is wrong and what would be right.
package struct ConfigurationComplaint: Error, Sendable, Equatable, CustomStringConvertible {
  package let file: String
  /// From 1; nil when it concerns the file as a whole.
  package let line: Int?
  package let message: String

  package init(file: String, line: Int?, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  package var description: String {
    "\(file):\(line.map { "\($0): " } ?? " ")\(message)"
  }
}

/// Everything that is wrong with a configuration, in the order of the lines.
package struct ConfigurationComplaints: Error, Sendable, Equatable, CustomStringConvertible {
  package let complaints: [ConfigurationComplaint]

  package init(_ complaints: [ConfigurationComplaint]) {
    self.complaints = complaints.sorted { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
  }

  package var description: String {
    complaints.map(\.description).joined(separator: "\n")
  }
}
