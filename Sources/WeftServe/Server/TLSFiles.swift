import HummingbirdTLS
import NIOSSL

/// A certificate with its chain, and its private key, from PEM files.
public struct TLSFiles: Sendable {
  private let certificate: String
  private let key: String

  /// The paths of both.
  public init(certificate: String, key: String) {
    (self.certificate, self.key) = (certificate, key)
  }

  func configuration() throws -> TLSConfiguration {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
      let key = try NIOSSLPrivateKey(file: key, format: .pem)
      guard !chain.isEmpty else {
        throw RequestRefusal(.failed, "\(certificate): expected a certificate in PEM, found none")
      }
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    } catch let refusal as RequestRefusal { throw refusal } catch {
      throw RequestRefusal(.failed, "\(certificate), \(self.key): expected a certificate and its key in PEM: \(error)")
    }
  }
}
