import ArgumentParser
import Foundation
import Origin

@main
struct OriginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "origin",
    abstract: "The core of Daybook: bookings in Postgres, sessions in Redis, mails by its workers.",
    discussion: """
      Settings come from the environment or from a file of KEY=value lines named by --config:
      DATABASE_URL, REDIS_URL, SIGNING_KEY_FILE, SERVICE_TOKEN and SMTP_URL are required.
      `origin doctor` checks them all and says how to mend what is wrong.
      """,
    subcommands: [Serve.self, Worker.self, Migrate.self, Seed.self, DoctorCommand.self])
}

struct SettingsOptions: ParsableArguments {
  @Option(help: "A file of KEY=value lines; the environment goes before it.")
  var config: String?

  @Flag(help: "Let PUT /internal/clock hold the time still. For tests only.")
  var testClock = false

  func read() throws -> OriginConfiguration {
    do {
      let settings = try Settings(environment: ProcessInfo.processInfo.environment, file: config)
      return try OriginConfiguration(settings: settings, testClock: testClock)
    } catch let error as SettingsError {
      throw ValidationError(error.description)
    } catch {
      throw ValidationError("--config \(config ?? ""): \(error.localizedDescription)")
    }
  }
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the public API and the internal listener.")

  @OptionGroup var settings: SettingsOptions
  @Flag(help: "Run the jobs in this process too: one process on one box.")
  var withWorker = false

  func run() async throws {
    let configuration = try settings.read()
    try await OriginServer.serve(
      configuration, withWorker: withWorker, logger: OriginLog.start(configuration))
  }
}

struct Worker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the jobs: send mails. Any number of workers can run.")

  @OptionGroup var settings: SettingsOptions

  func run() async throws {
    let configuration = try settings.read()
    try await OriginServer.work(configuration, logger: OriginLog.start(configuration))
  }
}

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the database's schema up to this version.")

  @OptionGroup var settings: SettingsOptions

  func run() async throws {
    let applied = try await DatabaseCommands.migrate(settings.read())
    print(applied.isEmpty ? "The schema is up to date." : "Applied \(applied.joined(separator: ", ")).")
  }
}

struct Seed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load demo data: john@demo.test with a year of bookings. Once; a second run changes nothing.")

  @OptionGroup var settings: SettingsOptions

  func run() async throws {
    let isNew = try await DemoData.load(settings.read())
    print(isNew ? "Loaded the demo data." : "The demo data is there already.")
  }
}

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check every dependency, setting and migration.")

  @OptionGroup var settings: SettingsOptions

  func run() async throws {
    let findings = try await Doctor(settings.read()).examine()
    for finding in findings {
      print("\(finding.remedy == nil ? "ok  " : "FAIL") \(finding.subject): \(finding.remark)")
      if let remedy = finding.remedy { print("     mend it: \(remedy)") }
    }
    if findings.contains(where: { $0.remedy != nil }) { throw ExitCode(1) }
  }
}
