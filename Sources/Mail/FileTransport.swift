import Dispatch
import Foundation

/// Writes each message into a folder, as `<Message-ID>.eml`: for development, tests and machines without a
/// mail server. A file is complete and on disk before it can be seen, and a redelivery replaces it.
///
/// Writing happens on a queue of its own. Folder and files are readable by this user only, because mails
/// hold secret links.
package final class FileTransport: MailTransport {
  /// The folder, absolute.
  package let folder: String

  private let queue = DispatchQueue(label: "daybook.mail.file")

  /// Makes the folder named by a `file:///…` URL if it is missing.
  ///
  /// - Throws: a ``MailError/Kind/misconfiguration`` if the URL is no such URL or the folder cannot be
  ///   written to.
  package init(url: String) throws(MailError) {
    guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "file",
      (parts.host ?? "").isEmpty || parts.host == "localhost", parts.path.hasPrefix("/")
    else {
      throw MailError(
        .misconfiguration, "the mail URL must name an absolute folder, as in file:///var/mail/out")
    }
    folder = parts.path.count > 1 && parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw MailError(.misconfiguration, "the mail folder \(folder) cannot be made")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw MailError(.misconfiguration, "the mail folder \(folder) cannot be written to")
    }
    removeLeftovers()
  }

  package func send(_ message: MailMessage) async throws(MailError) {
    let bytes = message.bytes()
    let result = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.write(bytes, named: "\(message.id.text).eml")) }
    }
    try result.get()
  }

  private func write(_ bytes: [UInt8], named name: String) -> Result<Void, MailError> {
    // Not made of the process id: in containers that share the folder, every process is number 1.
    let temporary = "\(folder)/.\(UUID().uuidString)\(Self.temporarySuffix)"
    do throws(MailError) {
      try DurableFile.write(bytes, to: temporary)
      try DurableFile.rename(temporary, to: "\(folder)/\(name)", in: folder)
      return .success(())
    } catch {
      _ = unsafe unlink(temporary)
      return .failure(error)
    }
  }

  /// Half-written files of processes that were killed. Those of living ones are younger than an hour.
  private func removeLeftovers() {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for file in files where file.hasPrefix(".") && file.hasSuffix(Self.temporarySuffix) {
      let path = "\(folder)/\(file)"
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard let age = (attributes?[.modificationDate] as? Date)?.timeIntervalSinceNow, age < -3600 else {
        continue
      }
      _ = unsafe unlink(path)
    }
  }

  private static let temporarySuffix = ".eml-part"
}
