package import Foundation
package import Postgres

/// The SQL of the job queue. Due times follow the clock that the caller passes in, which a test can hold still;
/// leases follow the database's own clock, because they are about processes that really die.
package struct JobStore: Sendable {
  /// Named by NOTIFY when there is something new.
  package static let channel = "jobs"

  let postgres: PostgresClient

  package init(_ postgres: PostgresClient) { self.postgres = postgres }

  // MARK: Writing down

  private static let enqueue = Statement(
    """
    INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id
    """)

  /// Adds a job on its own. Where a job belongs to a fact, the fact's own statement inserts it instead, with the
  /// same columns.
  /// - Returns: false when there is a living job with this key already.
  package func enqueue(
    kind: String, payload: [UInt8], businessID: Int, uniqueKey: String? = nil, runAt: Date, now: Date
  ) async throws -> Bool {
    let rows = try await postgres.query(
      Self.enqueue, businessID, kind, JSONBytes(payload), uniqueKey, runAt, now)
    wake()
    return !rows.isEmpty
  }

  /// Tells the workers to look, without waiting; after the commit of whatever wrote jobs.
  package func wake() { postgres.notify(Self.channel, "") }

  // MARK: Taking and finishing

  private static let take = Statement(
    """
    WITH due AS (
      SELECT business_id, id FROM jobs
      WHERE kind = $1 AND NOT dead AND run_at <= $2 AND (leased_until IS NULL OR leased_until < clock_timestamp())
      ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED)
    UPDATE jobs j SET attempt = j.attempt + 1, leased_by = $4,
      leased_until = clock_timestamp() + make_interval(secs => $5)
    FROM due WHERE j.business_id = due.business_id AND j.id = due.id
    RETURNING j.business_id, j.id, j.kind, j.payload, j.attempt, j.max_attempts, j.created_at
    """)

  /// Leases up to `limit` due jobs to a worker for `lease` seconds.
  func take(kind: String, limit: Int, worker: String, lease: Double, now: Date) async throws -> [Job] {
    try await postgres.query(Self.take, kind, now, limit, worker, lease).map(Job.init(row:))
  }

  private static let renew = Statement(
    """
    UPDATE jobs SET leased_until = clock_timestamp() + make_interval(secs => $3)
    WHERE kind = $1 AND leased_by = $2 AND leased_until IS NOT NULL
    """)

  func renew(kind: String, worker: String, lease: Double) async throws {
    _ = try await postgres.query(Self.renew, kind, worker, lease)
  }

  private static let finish = Statement(
    """
    DELETE FROM jobs j USING unnest($1::bigint[], $2::bigint[], $3::int[]) AS done (business_id, id, attempt)
    WHERE j.business_id = done.business_id AND j.id = done.id AND j.attempt = done.attempt AND j.leased_by = $4
    RETURNING j.id
    """)

  /// Ends jobs that were done.
  /// - Returns: the ids that were still this worker's.
  func finish(_ jobs: [Job], worker: String) async throws -> Set<Int> {
    let rows = try await postgres.query(
      Self.finish, jobs.map(\.businessID), jobs.map(\.id), jobs.map { Int32($0.attempt) }, worker)
    return Set(try rows.map { try $0.decode(Int.self, at: 0) })
  }

  private static let fail = Statement(
    """
    UPDATE jobs SET leased_until = NULL, leased_by = NULL, last_error = $5, run_at = coalesce($6, run_at),
      dead = $6 IS NULL, died_at = CASE WHEN $6 IS NULL THEN clock_timestamp() END
    WHERE business_id = $1 AND id = $2 AND attempt = $3 AND leased_by = $4 RETURNING id
    """)

  /// Gives a failed job back for another try at `retryAt`, or lets it die.
  /// - Returns: false when it was no longer this worker's.
  func fail(_ job: Job, error: String, retryAt: Date?, worker: String) async throws -> Bool {
    try await !postgres.query(
      Self.fail, job.businessID, job.id, job.attempt, worker, String(error.prefix(2000)), retryAt
    ).isEmpty
  }

  private static let release = Statement(
    """
    UPDATE jobs SET leased_until = NULL, leased_by = NULL, attempt = attempt - 1
    WHERE kind = $1 AND leased_by = $2
    """)

  /// Gives back what a stopping worker has begun and not finished.
  func release(kind: String, worker: String) async throws {
    _ = try await postgres.query(Self.release, kind, worker)
  }

  // MARK: Looking

  private static let dead = Statement(
    """
    SELECT business_id, id, kind, payload, attempt, max_attempts, created_at, coalesce(last_error, ''), died_at
    FROM jobs WHERE dead ORDER BY died_at DESC, id DESC LIMIT $1
    """)

  /// Jobs that were given up, the latest first.
  package func dead(limit: Int) async throws -> [DeadJob] {
    try await postgres.query(Self.dead, limit).map { row in
      DeadJob(
        job: try Job(row: row), lastError: try row.decode(String.self, at: 7),
        diedAt: try row.decode(Date?.self, at: 8))
    }
  }

  private static let retry = Statement(
    """
    UPDATE jobs SET dead = false, died_at = NULL, attempt = 0, run_at = $2 WHERE id = $1 AND dead RETURNING id
    """)

  /// Brings a dead job back to life. False when there is no such dead job.
  package func retry(id: Int, now: Date) async throws -> Bool {
    let revived = try await !postgres.query(Self.retry, id, now).isEmpty
    wake()
    return revived
  }

  private static let counts = Statement(
    "SELECT count(*) FILTER (WHERE NOT dead), count(*) FILTER (WHERE dead) FROM jobs")

  /// How many jobs wait or run, and how many are dead.
  package func counts() async throws -> (living: Int, dead: Int) {
    guard let row = try await postgres.query(Self.counts).first else { return (0, 0) }
    return (try row.decode(at: 0), try row.decode(at: 1))
  }
}

extension Job {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    businessID = try columns.next()
    id = try columns.next()
    kind = try columns.next()
    payload = try columns.next()
    attempt = try columns.next()
    maximumAttempts = try columns.next()
    createdAt = try columns.next()
  }
}
