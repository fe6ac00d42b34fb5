import Foundation
import JWT
import Logging
import Mail
import NIOPosix
import Postgres
import Redis
import Scheduling
import Secrets

/// `origin doctor`: looks at every dependency, and says how to mend what is not right.
package struct Doctor: Sendable {
  let configuration: OriginConfiguration

  package init(_ configuration: OriginConfiguration) { self.configuration = configuration }

  package struct Finding: Sendable {
    package var subject: String
    /// Nil when all is well.
    package var remedy: String?
    package var remark: String
  }

  /// All findings, in the order of dependence. Takes a few seconds when a server does not answer.
  package func examine() async -> [Finding] {
    [
      signingKey(), secretsKey(), mail(), publicURL(), Self.timeZones(), await database(), await schema(),
      await redis(),
    ]
  }

  // MARK: Files and settings

  private func signingKey() -> Finding {
    do {
      let keys = try SigningKeySet(pem: String(contentsOfFile: configuration.signingKeyFile, encoding: .utf8))
      return Finding(subject: "signing key", remark: "signs with \(keys.currentKeyID)")
    } catch {
      return Finding(
        subject: "signing key",
        remedy:
          "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out \(configuration.signingKeyFile)",
        remark: "SIGNING_KEY_FILE \(configuration.signingKeyFile): \(error.localizedDescription)")
    }
  }

  private func secretsKey() -> Finding {
    guard let file = configuration.secretsKeyFile else {
      return Finding(subject: "secrets key", remark: "not set; nothing that this version keeps needs it")
    }
    do {
      _ = try SealingKeys(parsing: String(contentsOfFile: file, encoding: .utf8))
      return Finding(subject: "secrets key", remark: "readable")
    } catch {
      return Finding(
        subject: "secrets key", remedy: "echo \"k1 $(openssl rand -base64 32)\" > \(file)",
        remark: "SECRETS_KEY_FILE \(file): \(error)")
    }
  }

  private func mail() -> Finding {
    do {
      _ = try MailTransports.make(url: configuration.smtpURL)
      let kind = configuration.smtpURL.hasPrefix("file:") ? "mails go to files" : "mails go by SMTP"
      return Finding(subject: "mail", remark: kind)
    } catch {
      return Finding(subject: "mail", remedy: "set SMTP_URL", remark: "\(error)")
    }
  }

  private func publicURL() -> Finding {
    let url = configuration.publicURL
    let isLocal = ["127.0.0.1", "localhost", "::1"].contains(configuration.publicHost)
    if url.hasPrefix("http:"), !isLocal {
      return Finding(
        subject: "public URL",
        remedy: "put TLS in front and set PUBLIC_URL=https://\(configuration.publicHost)",
        remark: "\(url) is plain HTTP: log-ins can be read on the way")
    }
    return Finding(subject: "public URL", remark: url)
  }

  /// Without the zones' rules every slot would be wrong by hours, twice a year or always.
  /// - Parameter rules: how a zone's rules are found.
  static func timeZones(_ rules: (String) -> ZoneRules? = ZoneRules.named) -> Finding {
    let subject = "time zones"
    let remedy = "install tzdata (apt-get install tzdata), and unset TZDIR"
    // Berlin's clocks went forward then, at 01:00 UTC.
    guard let zone = rules("Europe/Berlin") else {
      return Finding(subject: subject, remedy: remedy, remark: "Europe/Berlin is not known")
    }
    guard let change = Instant("2025-03-30T01:00:00Z"), zone.transitions.contains(change) else {
      return Finding(
        subject: subject, remedy: remedy, remark: "Europe/Berlin has no summer time: its rules are missing")
    }
    return Finding(subject: subject, remark: "known, with their summer times")
  }

  // MARK: Servers

  private static let version = Statement(
    "SELECT current_setting('server_version_num')::int, current_setting('server_version')")

  private func database() async -> Finding {
    do {
      return try await withPostgres { client in
        let row = try await client.query(Self.version).first
        let number: Int = try row?.decode(at: 0) ?? 0
        let name: String = try row?.decode(at: 1) ?? ""
        guard number >= 150_000 else {
          return Finding(
            subject: "postgres", remedy: "install Postgres 15 or newer", remark: "version \(name) is too old")
        }
        return Finding(subject: "postgres", remark: "version \(name)")
      }
    } catch {
      return Finding(
        subject: "postgres", remedy: "start it, or correct DATABASE_URL", remark: "does not answer: \(error)")
    }
  }

  private func schema() async -> Finding {
    do {
      let status = try await Migrations.migrator.status(
        of: PostgresConfiguration(url: configuration.databaseURL))
      if let problem = status.problem {
        return Finding(
          subject: "migrations", remedy: "run the version of origin that wrote this database", remark: problem
        )
      }
      if !status.pending.isEmpty {
        return Finding(
          subject: "migrations", remedy: "origin migrate",
          remark: "not applied: \(status.pending.joined(separator: ", "))")
      }
      return Finding(subject: "migrations", remark: "all \(status.applied.count) applied")
    } catch {
      return Finding(subject: "migrations", remedy: "mend postgres first", remark: "unknown: \(error)")
    }
  }

  private func redis() async -> Finding {
    do {
      let client = RedisClient(
        configuration: try RedisConfiguration(url: configuration.redisURL),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
      return try await whileRunning(client.run) {
        try await client.ping()
        return Finding(subject: "redis", remark: "answers")
      }
    } catch {
      return Finding(
        subject: "redis", remedy: "start it, or correct REDIS_URL", remark: "does not answer: \(error)")
    }
  }

  private func withPostgres<Value: Sendable>(_ body: @Sendable (PostgresClient) async throws -> Value)
    async throws -> Value
  {
    let client = PostgresClient(
      configuration: PostgresConfiguration(
        url: configuration.databaseURL, connections: 1, statementTimeout: .seconds(5)))
    return try await whileRunning(client.run) { try await body(client) }
  }
}

/// Runs a client beside a body, and ends it with the body.
func whileRunning<Value: Sendable>(
  _ run: @escaping @Sendable () async throws -> Void, _ body: @Sendable () async throws -> Value
) async throws -> Value {
  let service = Task { try await run() }
  defer { service.cancel() }
  return try await body()
}
