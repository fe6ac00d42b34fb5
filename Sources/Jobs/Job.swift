package import Foundation

/// A piece of slow work that was written down together with the fact that asks for it.
package struct Job: Sendable {
  package var businessID: Int
  package var id: Int
  package var kind: String
  /// A JSON document that only the handler of the kind understands.
  package var payload: [UInt8]
  /// 1 for the first try.
  package var attempt: Int
  package var maximumAttempts: Int
  package var createdAt: Date
}

/// A job that was given up, as operators see it.
package struct DeadJob: Sendable {
  package var job: Job
  package var lastError: String
  package var diedAt: Date?
}

/// Thrown by a handler for work that no later try can do: the job is dead at once.
package struct PermanentJobFailure: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
