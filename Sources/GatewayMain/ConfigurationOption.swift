import ArgumentParser
import Foundation
import Gateway

/// Where the configuration is, and how it is loaded.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .customLong("config"), help: "The configuration file.")
  var path = "gateway-config/gateway.yaml"

  /// Every mistake is printed, each with its line, before anything starts.
  func load() throws -> GatewayConfiguration {
    do throws(ConfigurationComplaints) {
      return try GatewayConfiguration.load(path: path, environment: ProcessInfo.processInfo.environment)
    } catch {
      Self.say(error.complaints)
      throw ExitCode(78)
    }
  }

  /// The same, and the files that it refers to. What will be wrong soon is said too.
  func check() throws -> GatewayConfiguration {
    let now = Int(Date().timeIntervalSince1970)
    do throws(ConfigurationComplaints) {
      let configuration = try GatewayConfiguration.check(
        path: path, environment: ProcessInfo.processInfo.environment, at: now)
      Self.say(configuration.certificateWarnings(file: path, at: now))
      return configuration
    } catch {
      Self.say(error.complaints)
      throw ExitCode(78)
    }
  }

  private static func say(_ complaints: [ConfigurationComplaint]) {
    for complaint in complaints { FileHandle.standardError.write(Data("\(complaint)\n".utf8)) }
  }
}
