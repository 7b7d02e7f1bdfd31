import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import TestSupport
import Testing
import WeftServe

/// Connections that nobody reads who does not belong to them.
struct TLSTests {
  /// The application of a server with these files.
  private static func application(_ certificate: String, _ key: String) throws -> some ApplicationProtocol {
    let shelf = ModelShelf()
    shelf.put(ServedModel("vectors", embedding: ToyEmbedding()))
    var server = WeftServer(shelf)
    server.port = 0
    server.logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
    server.tls = TLSFiles(certificate: certificate, key: key)
    return try server.application()
  }

  @Test func requestsComeOverTLS() async throws {
    let room = try TemporaryFolder()
    try Self.certificate.write(toFile: room("cert.pem"), atomically: true, encoding: .utf8)
    try Self.key.write(toFile: room("key.pem"), atomically: true, encoding: .utf8)
    try await Self.application(room("cert.pem"), room("key.pem")).test(.ahc(.https)) { client async throws in
      let body = ByteBuffer(string: #"{"inputs": [1, 2]}"#)
      let (status, text) = try await client.execute(uri: "/embed", method: .post, body: body) {
        ($0.status.code, String(buffer: $0.body))
      }
      #expect(status == 200 && text.hasPrefix("[[0.0,"), "\(text)")
    }
  }

  @Test func filesThatDoNotFitAreNamed() throws {
    let room = try TemporaryFolder()
    try Self.certificate.write(toFile: room("cert.pem"), atomically: true, encoding: .utf8)
    try Self.key.write(toFile: room("key.pem"), atomically: true, encoding: .utf8)
    try "nothing".write(toFile: room("none.pem"), atomically: true, encoding: .utf8)
    for (certificate, key) in [("none.pem", "key.pem"), ("cert.pem", "none.pem"), ("gone.pem", "key.pem")] {
      do {
        _ = try Self.application(room(certificate), room(key))
        Issue.record("\(certificate), \(key): expected a refusal")
      } catch { #expect("\(error)".contains(room("")), "\(error)") }
    }
  }

  /// Signed by itself, and of tests alone.
  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBmjCCAUGgAwIBAgIUaAuBqvNrX1K4uH2ndHSErCHqOcwwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDAzNDYyMFoYDzIxMjYxMTA2
    MDM0NjIwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAT8PfemMzslAN2NNoBVeZhW6aWiwbE6yOuHC4tLOnZEheVMoqEqOwvJ
    w6EMP2PacWl771U6gt0XZfGOLvCjNxhqo28wbTAdBgNVHQ4EFgQUlw+ZUole0jM7
    ZON5oZl5ORTRcFAwHwYDVR0jBBgwFoAUlw+ZUole0jM7ZON5oZl5ORTRcFAwDwYD
    VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
    zj0EAwIDRwAwRAIgL5gDbnkJPIZS5p+Ee2JtQ3S/hrAPlmtdhRIf5u7AKTwCIFjM
    94hSHiKy1dzHgRAs58hBOi8OHX1R7wBJpKNbcA7+
    -----END CERTIFICATE-----
    """
  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHy/N9qTPtn50LPim
    lTZz4fQKP1XeW+BkYJ+qYii+V/KhRANCAAT8PfemMzslAN2NNoBVeZhW6aWiwbE6
    yOuHC4tLOnZEheVMoqEqOwvJw6EMP2PacWl771U6gt0XZfGOLvCjNxhq
    -----END PRIVATE KEY-----
    """
}
