import Jobs
import Mail

extension MailTransport {
  /// Sends for a job: what no further try can mend ends it.
  func sendForJob(_ message: MailMessage) async throws {
    do {
      try await send(message)
    } catch {
      if error.kind == .permanent { throw PermanentJobFailure("\(error)") }
      throw error
    }
  }
}
