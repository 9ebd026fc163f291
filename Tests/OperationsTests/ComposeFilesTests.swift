import Foundation
import Operations
import Testing

/// The image's recipe and the services of the compose file fit together.
@Suite struct ComposeFilesTests {
  private var services: Tree {
    get throws { try DeployedFile.yaml("compose/compose.yaml")["services"] }
  }

  private func configuration() throws -> Configuration {
    let token = try KeyFile("0123456789abcdef")
    defer { token.remove() }
    return try Configuration.load(
      path: DeployedFile.folder.appendingPathComponent("compose/afterclick.yaml").path,
      environment: ["AFTERCLICK_HTTP__TOKEN_FILE": token.path])
  }

  /// From and to, of every volume of a service.
  private func mounts(_ service: String) throws -> [String: String] {
    var mounts: [String: String] = [:]
    for text in try services[service, "volumes"].texts {
      let parts = text.split(separator: ":")
      mounts[String(parts[0])] = String(parts[1])
    }
    return mounts
  }

  @Test func `every file and volume that is mounted is there`() throws {
    let compose = try DeployedFile.yaml("compose/compose.yaml")
    for service in compose["services"].keys {
      for source in try mounts(service).keys {
        if source.hasPrefix(".") {
          #expect(DeployedFile.exists("compose/\(source)"), "\(service): \(source)")
        } else {
          #expect(compose["volumes"].keys.contains(source), "\(service): \(source)")
        }
      }
      #expect(services(service, in: compose).isSubset(of: compose["services"].keys), "\(service)")
      let published = compose["services", service, "ports"].texts
      #expect(published.allSatisfy { $0.hasPrefix("127.0.0.1:") }, "\(service) is open to others")
    }
    let build = compose["services", "afterclick", "build"]
    #expect(DeployedFile.exists("compose/\(build["context"].text)/\(build["dockerfile"].text)"))
  }

  private func services(_ name: String, in compose: Tree) -> Set<String> {
    compose["services", name, "depends_on"].keys
  }

  @Test func `the daemon finds its configuration, its broker and its token`() throws {
    let configuration = try configuration()
    #expect(configuration.warnings.isEmpty && configuration.obstaclesToRunning().isEmpty)
    let mounts = try mounts("afterclick")
    #expect(mounts["./afterclick.yaml"] == "/etc/afterclick/afterclick.yaml")
    #expect(configuration.processing.state.directory == mounts["state"])
    let advertised = try services["kafka", "environment", "KAFKA_ADVERTISED_LISTENERS"].text
    let bootstrap = try #require(configuration.kafka["bootstrap.servers"])
    #expect(advertised.contains("INSIDE://\(bootstrap),"))
    let token = try DeployedFile.yaml("compose/afterclick.yaml")["http", "token_file"].text
    #expect(token.hasPrefix("\(mounts["token"] ?? "-")/"))
    #expect(try services["token", "command"][0].text.contains(">\(token)"))
    let port = try #require(configuration.http.address?.port)
    #expect(try services["afterclick", "ports"].texts == ["127.0.0.1:\(port):\(port)"])
  }

  @Test func `Prometheus finds the daemon, the token, the rules and Alertmanager`() throws {
    let prometheus = try DeployedFile.yaml("compose/prometheus.yml")
    let job = prometheus["scrape_configs"][0]
    let port = try #require(try configuration().http.address?.port)
    #expect(job["job_name"].text == "afterclick")
    #expect(job["static_configs"][0]["targets"].texts == ["afterclick:\(port)"])
    let token = try DeployedFile.yaml("compose/afterclick.yaml")["http", "token_file"].text
    #expect(job["authorization", "credentials_file"].text == token)
    #expect(try mounts("prometheus")["token"] == mounts("afterclick")["token"])
    let rules = try mounts("prometheus")["../prometheus/afterclick.rules.yml"]
    #expect(rules == "/etc/prometheus/\(prometheus["rule_files"].texts[0])")
    let managers = prometheus["alerting", "alertmanagers"][0]["static_configs"][0]["targets"]
    #expect(managers.texts == ["alertmanager:9093"])
  }

  @Test func `Grafana finds Prometheus and the dashboard`() throws {
    let source = try DeployedFile.yaml("compose/grafana/datasources.yaml")["datasources"][0]
    #expect(source["url"].text == "http://prometheus:9090")
    let folder = try DeployedFile.yaml("compose/grafana/dashboards.yaml")["providers"][0]
    let dashboard = try mounts("grafana")["../grafana/afterclick.json"]
    #expect(dashboard == "\(folder["options", "path"].text)/afterclick.json")
    let home = try services["grafana", "environment", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    #expect(home.text == dashboard)
  }

  @Test func `the image is built with the libraries that are set up here, and runs with them`()
    throws
  {
    let stages = try DeployedFile.text("docker/Dockerfile").components(separatedBy: "\nFROM ")
    try #require(stages.count == 3)
    let bootstrap = try DeployedFile.text("../Scripts/bootstrap")
    let installed = Set(
      bootstrap.components(separatedBy: "packages=(")[1].components(separatedBy: ")")[0]
        .split { $0.isWhitespace }.map(String.init))
    // A static link has to be told of what Swift brings along otherwise.
    #expect(stages[1].contains("-Xlinker -lcurl") && stages[2].contains(" libcurl4 "))
    let libraries = stages[1].replacing(" libcurl4-openssl-dev", with: "")
      .matches(of: /\b[a-z0-9]+-dev\b/).map { String($0.0) }
    #expect(libraries.count >= 7)
    #expect(Set(libraries) == installed.filter { $0.hasSuffix("-dev") })
    for library in libraries {
      let name = library.dropLast("-dev".count)
      #expect(stages[2].contains(" \(name)"), "\(library) is built with, and not run with")
    }
    #expect(stages[2].contains("EXPOSE \(Configuration.HTTP.defaultAddress.port)\n"))
  }
}
