import Foundation
import Operations
import Testing

/// The manifests fit together, and to the configuration that lies beside them.
@Suite struct KubernetesFilesTests {
  private func file(_ name: String) throws -> Tree {
    try DeployedFile.yaml("kubernetes/\(name).yaml")
  }

  private func configuration() throws -> Configuration {
    let token = try KeyFile("0123456789abcdef")
    defer { token.remove() }
    return try Configuration.load(
      path: DeployedFile.folder.appendingPathComponent("kubernetes/afterclick.yaml").path,
      environment: ["AFTERCLICK_HTTP__TOKEN_FILE": token.path])
  }

  @Test func `every manifest is taken in, or is named as a choice`() throws {
    let kustomization = try DeployedFile.text("kubernetes/kustomization.yaml")
    for name in ["statefulset", "service", "disruption-budget"] {
      #expect(try file("kustomization")["resources"].texts.contains("\(name).yaml"))
    }
    for name in ["scaled-object", "pod-monitor"] {
      #expect(kustomization.contains("# - \(name).yaml"))
      #expect(DeployedFile.exists("kubernetes/\(name).yaml"))
    }
  }

  @Test func `what selects pods selects these`() throws {
    let set = try file("statefulset")["spec"]
    let labels = set["template", "metadata", "labels"].texted
    #expect(!labels.isEmpty)
    let constraint = set["template", "spec", "topologySpreadConstraints"][0]["labelSelector"]
    let selectors = try [
      set["selector", "matchLabels"], constraint["matchLabels"],
      file("service")["spec", "selector"],
      file("disruption-budget")["spec", "selector", "matchLabels"],
      file("pod-monitor")["spec", "selector", "matchLabels"],
    ]
    for selector in selectors { #expect(selector.texted == labels) }
    #expect(try file("service")["metadata", "name"].text == set["serviceName"].text)
    #expect(try file("service")["spec", "clusterIP"].text == "None")
  }

  @Test func `the configuration is where the program looks, and names what is mounted`() throws {
    let configuration = try configuration()
    #expect(configuration.warnings.isEmpty && configuration.obstaclesToRunning().isEmpty)
    let pod = try file("statefulset")["spec", "template", "spec"]
    let container = pod["containers"][0]
    var mounts: [String: String] = [:]
    for mount in container["volumeMounts"].list {
      mounts[mount["name"].text] = mount["mountPath"].text
    }
    let map = try file("kustomization")["configMapGenerator"][0]
    #expect(container["args"].texts.last == "\(mounts["config"] ?? "")/\(map["files"].texts[0])")
    #expect(configuration.processing.state.directory == mounts["state"])
    #expect(
      try file("statefulset")["spec", "volumeClaimTemplates"][0]["metadata", "name"].text
        == "state")
    let volumes = pod["volumes"].list
    #expect(Set(volumes.map { $0["name"].text } + ["state"]) == Set(mounts.keys))
    #expect(volumes[0]["configMap", "name"].text == map["name"].text)

    let secret = volumes[1]["secret", "secretName"].text
    let http = try file("afterclick")["http", "token_file"].text
    let command = try DeployedFile.text("kubernetes/kustomization.yaml")
    #expect(command.contains("create secret generic \(secret) "))
    #expect(http == "\(mounts["secrets"] ?? "")/http-token")
    #expect(command.contains("--from-literal=http-token="))
    let credentials = try file("pod-monitor")["spec", "podMetricsEndpoints"][0]["authorization"]
    #expect(credentials["credentials", "name"].text == secret)
    #expect(credentials["credentials", "key"].text == "http-token")
  }

  @Test func `ports and probes are those of the daemon`() throws {
    let container = try file("statefulset")["spec", "template", "spec", "containers"][0]
    let port = container["ports"][0]
    #expect(port["containerPort"].number == (try configuration()).http.address?.port)
    let name = port["name"].text
    #expect(try file("service")["spec", "ports"][0]["targetPort"].text == name)
    #expect(try file("pod-monitor")["spec", "podMetricsEndpoints"][0]["port"].text == name)
    for (probe, path) in [("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")] {
      #expect(container[probe, "httpGet", "path"].text == path)
      #expect(container[probe, "httpGet", "port"].text == name)
    }
  }

  @Test func `the user is that of the image, and nobody`() throws {
    let dockerfile = try DeployedFile.text("docker/Dockerfile")
    let pod = try file("statefulset")["spec", "template", "spec"]
    let security = pod["securityContext"]
    let user = try #require(security["runAsUser"].number)
    #expect(dockerfile.contains("\nUSER \(user):\(user)\n"))
    #expect(dockerfile.contains("--uid \(user) "))
    #expect(security["runAsNonRoot"].text == "true" && security["fsGroup"].number == user)
    let container = pod["containers"][0]
    #expect(container["securityContext", "capabilities", "drop"].texts == ["ALL"])
    #expect(container["image"].text == (try file("kustomization")["images"][0]["name"].text))
  }

  @Test func `scaling ends where there are no partitions left`() throws {
    let scaling = try file("scaled-object")["spec"]
    let set = try file("statefulset")
    let configuration = try configuration()
    #expect(scaling["scaleTargetRef", "name"].text == set["metadata", "name"].text)
    #expect(scaling["scaleTargetRef", "kind"].text == "StatefulSet")
    #expect(scaling["minReplicaCount"].number == set["spec", "replicas"].number)
    let most = try #require(scaling["maxReplicaCount"].number)
    let processing = configuration.processing
    #expect(most * processing.workers == processing.journeysPartitions)
    let trigger = scaling["triggers"][0]["metadata"]
    #expect(trigger["consumerGroup"].text == configuration.applicationID)
    #expect(trigger["bootstrapServers"].text == configuration.kafka["bootstrap.servers"])
  }
}
