internal import Glibc

extension GatewayConfiguration {
  /// A larger file is not a configuration.
  private static let maximumBytes = 1_048_576

  /// Reads and checks a file. Throws every mistake at once.
  ///
  /// - Parameter environment: what `${NAME}` in values stands for.
  package static func load(
    path: String, environment: [String: String]
  ) throws(ConfigurationComplaints) -> GatewayConfiguration {
    guard let text = TextFile.read(path, maximumBytes: maximumBytes) else {
      throw ConfigurationComplaints([
        ConfigurationComplaint(
          file: path, line: nil, message: "cannot be read: \(unsafe String(cString: strerror(errno)))")
      ])
    }
    return try parse(text, file: path, environment: environment)
  }

  /// Reads and checks the text of a file.
  ///
  /// - Parameter file: its path; folders in it are relative to the file's own.
  package static func parse(
    _ text: String, file: String, environment: [String: String]
  ) throws(ConfigurationComplaints) -> GatewayConfiguration {
    let reader = ConfigurationReader(file: file, environment: environment)
    var configuration = GatewayConfiguration()
    if let root = reader.root(of: text) {
      ConfigurationSections.read(root, into: &configuration)
    }
    guard reader.complaints.isEmpty else { throw ConfigurationComplaints(reader.complaints) }
    return configuration
  }
}
