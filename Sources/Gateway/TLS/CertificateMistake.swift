/// Why a certificate cannot be used.
package enum CertificateMistake: Error, Equatable, CustomStringConvertible {
  case unreadable(String, String)
  case noCertificate(String)
  case noKey(String)
  case mismatch(String, String)
  case expired(String, String)
  case notYetValid(String, String)
  case foreignName(String, String)

  package var description: String {
    switch self {
    case .unreadable(let file, let why): "\(file) cannot be read: \(why)"
    case .noCertificate(let file): "\(file) holds no certificates in PEM form"
    case .noKey(let file): "\(file) holds no private key in PEM form, or one with a passphrase"
    case .mismatch(let chain, let key): "the key of \(key) does not belong to the certificate in \(chain)"
    case .expired(let file, let date): "the certificate in \(file) expired on \(date)"
    case .notYetValid(let file, let date): "the certificate in \(file) is not valid before \(date)"
    case .foreignName(let file, let name): "the certificate in \(file) is not for \(name)"
    }
  }
}
