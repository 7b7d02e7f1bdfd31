import Foundation
import Testing

@Suite struct BenchTests {
  @Test func aWorkloadPrintsOneLine() throws {
    let outcome = try Program.run("bench", "tiny-mlp", "--seconds", "0.01")
    #expect(outcome.status == 0)
    let line = try json(outcome.output)
    #expect(Set(line.keys) == ["peer", "workload", "median_ms", "min_ms", "steps", "peak_mb", "loss"])
    #expect(outcome.complaints.first == "parameters 2410")
    #expect(outcome.complaints.last?.hasPrefix("first loss 2.") ?? false)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func bfloat16IsAnotherPeer() throws {
    let outcome = try Program.run("bench", "mlp", "--seconds", "0.01", "--precision", "bfloat16")
    #expect(outcome.status == 0)
    #expect((try json(outcome.output)["peer"] as? String)?.hasSuffix("-bfloat16") ?? false)
  }

  @Test func twelveWorkloadsAreListed() throws {
    let outcome = try Program.run("bench", "--list")
    let names = outcome.output.split(separator: "\n")
    #expect(names.count == 12)
    #expect(names.contains("gpt") && names.contains("gpt-infer"))
  }

  /// From fixed weights and data, PyTorch's losses: Benchmarks/agree wrote them. (resnet18 and gpt take long; the script
  /// compares them too.)
  @Test(arguments: ["tiny-mlp", "mlp", "lenet", "lstm"])
  func lossesAreThoseOfPyTorch(workload: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/losses.json")
    let goldens = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: [Double]])
    let expected = try #require(goldens[workload])
    let outcome = try Program.run("bench", workload, "--losses", "\(expected.count)")
    let losses = try #require(try json(outcome.output)["losses"] as? [Double])
    for (ours, theirs) in zip(losses, expected) { #expect(abs(ours - theirs) < 1e-4) }
    #expect(losses.count == expected.count)
  }

  @Test func profilesAreTablesAndATrace() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try Program.run("bench", "tiny-mlp", "--seconds", "0.01", "--profile", file.path)
    #expect(outcome.status == 0)
    for word in ["linear", "optimizer.step", "backward", "CrossEntropy", "trace: \(file.path)"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    #expect(try json(String(contentsOf: file, encoding: .utf8))["traceEvents"] is [Any])
  }

  @Test func aTraceThatCannotBeWrittenIsSaid() throws {
    let outcome = try Program.run("bench", "tiny-mlp", "--seconds", "0.01", "--profile", "/nowhere/trace.json")
    #expect(outcome.status == 1)
    #expect(outcome.complaints.last?.hasPrefix("weft: /nowhere/trace.json") ?? false, "\(outcome.complaint)")
  }

  @Test func aTrainingTakesAProfile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try Program.run("train", "digits", "--epochs", "1", "--out", folder, "--profile")
    #expect(outcome.status == 0)
    for word in ["convolution", "data.load", "optimizer.step", "(in no operation)", "test accuracy"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
  }

  @Test(arguments: [
    "linear:n=3,in=17,out=9", "matmul:m=3,k=5,n=7", "conv:n=1,c=6,o=4,h=9,k=3,s=2,d=2,g=2", "conv:axes=1,h=9",
    "conv:axes=3,c=2,o=2,h=4,n=1", "maxpool:n=1,c=3,h=7", "batchnorm:n=1,c=3,h=5", "layernorm:n=3,d=17",
    "softmax:n=3,d=17", "gelu:n=100", "crossentropy:n=3,d=7", "embedding:n=5,v=11,d=3",
    "attention:n=1,heads=2,t=5,d=3,causal=1", "lstm:n=1,t=3,d=5", "gru:n=1,t=3,d=5,layers=2",
    "mlp:n=1,in=5,width=3,depth=9", "convnet:n=1,c=3,h=5,depth=2", "gpt:n=1,t=5,d=8,heads=2,layers=1",
    "gpt:n=1,t=5,d=8,heads=2,layers=1,infer=1",
  ])
  func aCaseIsMeasured(name: String) throws {
    let outcome = try Program.run("bench", "--case", name, "--seconds", "0.001")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    #expect(try json(outcome.output)["case"] as? String == name)
  }

  @Test func kernelsStandBesideTheMachine() throws {
    let outcome = try Program.run("bench", "--kernels", "--only", "softmax", "--seconds", "0.001")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("multiplying and adding float32"))
    #expect(outcome.output.contains("softmax, gradient"))
    let lines = try Program.run("bench", "--kernels", "--only", "softmax", "--seconds", "0.001", "--json").output
    for line in lines.split(separator: "\n") { #expect(try json(String(line))["percent_of_bound"] is Double) }
  }

  @Test(arguments: [
    (["nonesuch"], "weft: no workload nonesuch"), (["--case", "nonesuch:n=1"], "weft: no case nonesuch"),
    (["--case", "linear:q=1"], "weft: linear has no size q"), (["--case", "linear:n"], "weft: expected NAME=NUMBER"),
    (["--case", "linear:n=-1"], "weft: expected NAME=NUMBER"), (["--case", "gpt:heads=0"], "weft: heads of"),
    (["--case", "gpt:d=10,heads=3"], "weft: "), (["--case", "linear:in=16777216,out=16777216"], "weft: "),
    (["--case", "conv:g=5"], "weft: [Conv2d]"),
    (["--case", "conv:h=1,k=9"], "weft: [convolution]"),
  ])
  func whatCannotBeMeasuredIsSaid(arguments: [String], complaint: String) throws {
    let outcome = try Program(["bench"] + arguments).outcome()
    #expect(outcome.status == 1)
    #expect(!outcome.wasKilled)
    #expect(outcome.complaints.last?.hasPrefix(complaint) ?? false, "\(outcome.complaint)")
  }
}
