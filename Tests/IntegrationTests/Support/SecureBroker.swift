import Foundation
import Testing

/// The test broker's other doors; see `Scripts/broker` and `Scripts/broker-proxy`.
enum SecureBroker {
  /// The folder of certificates and secrets; empty where there is no openssl to make them.
  static let folder = ProcessInfo.processInfo.environment["AFTERCLICK_TEST_TLS"] ?? ""

  /// What is in the files of secrets, and must be nowhere else.
  static let secrets = ["test-secret-7f3a", "test-passphrase-19c2"]

  /// How a client gets in.
  enum Door: String, CaseIterable, Sendable {
    case certificate, plain, scram, clientCertificate

    var bootstrapServers: String {
      let port = TestBroker.bootstrapServers.split(separator: ":").last ?? ""
      switch self {
      case .certificate: return "127.0.0.3:\(port)"
      case .plain, .scram: return "127.0.0.4:\(port)"
      case .clientCertificate: return "127.0.0.5:\(port)"
      }
    }

    /// Properties of librdkafka, as a user would set them.
    var properties: [String: String] {
      var properties = [
        "bootstrap.servers": bootstrapServers, "security.protocol": "ssl",
        "ssl.ca.location": "\(folder)/ca.pem",
      ]
      switch self {
      case .certificate: break
      case .plain, .scram:
        properties["security.protocol"] = "sasl_ssl"
        properties["sasl.mechanism"] = self == .plain ? "PLAIN" : "SCRAM-SHA-512"
        properties["sasl.username"] = "afterclick"
        properties["sasl.password_file"] = "\(folder)/sasl.password"
      case .clientCertificate:
        properties["ssl.certificate.location"] = "\(folder)/client.pem"
        properties["ssl.key.location"] = "\(folder)/client.key"
        properties["ssl.key.password_file"] = "\(folder)/client.passphrase"
      }
      return properties
    }
  }

  /// As the environment overrides what a configuration says of `kafka`.
  static func environment(_ properties: [String: String]) -> [String: String] {
    var variables: [String: String] = [:]
    for (name, value) in properties {
      let key = name.replacing(".", with: "_").uppercased()
      variables["AFTERCLICK_KAFKA__\(key)"] = value
    }
    return variables
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips where the test broker has no certificates.
  static var needsSecureBroker: Self {
    .enabled(
      if: !SecureBroker.folder.isEmpty,
      "run it with Scripts/broker run -- swift test, where openssl is installed")
  }
}
