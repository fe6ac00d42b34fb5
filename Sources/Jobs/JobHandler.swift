/// Does the work of one kind of job. It may run twice for one job (a worker that dies before it says "done"), so
/// its effect must carry the job's key.
package struct JobHandler: Sendable {
  package var kind: String
  /// How many of this kind one worker process runs at a time.
  package var concurrency: Int
  /// A run that takes longer is cancelled and counts as failed.
  package var timeout: Duration
  package var run: @Sendable (Job) async throws -> Void

  package init(
    kind: String, concurrency: Int = 4, timeout: Duration = .seconds(60),
    run: @escaping @Sendable (Job) async throws -> Void
  ) {
    self.kind = kind
    self.concurrency = concurrency
    self.timeout = timeout
    self.run = run
  }
}
