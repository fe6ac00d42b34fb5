import ArgumentParser
import Gateway

/// `gateway`: the edge. Without a subcommand it serves.
@main
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Checks tokens, limits rates, serves pages and forwards the rest to origin.",
    subcommands: [ServeCommand.self, CheckCommand.self, ExplainCommand.self, PurgeCommand.self],
    defaultSubcommand: ServeCommand.self)
}
