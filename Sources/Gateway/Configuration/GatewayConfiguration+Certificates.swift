extension GatewayConfiguration {
  /// What is wrong with the certificates that listeners name, each with its line.
  ///
  /// - Parameters:
  ///   - file: for the complaints.
  ///   - seconds: now, since 1970.
  package func certificateComplaints(file: String, at seconds: Int) -> [ConfigurationComplaint] {
    certificates.compactMap { configuration in
      Self.mistake(in: configuration, at: seconds).map {
        ConfigurationComplaint(file: file, line: configuration.line, message: "\($0)")
      }
    }
  }

  /// Certificates that are right and end within two weeks.
  package func certificateWarnings(file: String, at seconds: Int) -> [ConfigurationComplaint] {
    certificates.compactMap { configuration in
      guard let certificate = try? ServerCertificate(configuration), certificate.mistake(at: seconds) == nil,
        certificate.daysLeft(seconds) < 14
      else { return nil }
      return ConfigurationComplaint(
        file: file, line: configuration.line,
        message: "the certificate in \(configuration.chainFile) ends in \(certificate.daysLeft(seconds)) days"
      )
    }
  }

  private var certificates: [CertificateConfiguration] { listeners.flatMap { $0.tls?.certificates ?? [] } }

  private static func mistake(
    in configuration: CertificateConfiguration, at seconds: Int
  ) -> CertificateMistake? {
    do throws(CertificateMistake) {
      return try ServerCertificate(configuration).mistake(at: seconds)
    } catch {
      return error
    }
  }
}
