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
      for complaint in error.complaints { FileHandle.standardError.write(Data("\(complaint)\n".utf8)) }
      throw ExitCode(78)
    }
  }
}
