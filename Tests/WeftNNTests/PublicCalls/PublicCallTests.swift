import Foundation
import Testing
import Weft

/// Every public function of tensors and every layer with hostile arguments: sizes at the ends of integers, NaN, empty
/// tensors, ranks and types that do not fit. Each gives a result or a `TensorError`, within memory and time.
@Suite("Public functions with hostile arguments", .serialized)
struct PublicCallTests {
  static let seeds: Range<UInt64> = 0..<120
  /// What every function gets; of the others as many as three seconds have room for, since some make whole models.
  static let leastSeeds: UInt64 = 12

  @Test(arguments: PublicCall.groups.indices) func everyCallGivesAResultOrAnError(_ group: Int) async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) { [group] in
      PublicCallTests.limitProcess()
      for call in PublicCall.groups[group] {
        let end = ContinuousClock.now + .seconds(3)
        for seed in Self.seeds where seed < Self.leastSeeds || ContinuousClock.now < end {
          FileHandle.standardError.write(Data("\(call.name), seed \(seed)\n".utf8))
          let problem = call.problem(seed: seed)
          #expect(problem == nil, "\(call.name), seed \(seed)")
        }
      }
    }
    guard let result, result.exitStatus != .exitCode(0) else { return }
    let said = String(decoding: result.standardErrorContent.suffix(4000), as: UTF8.self)
    Issue.record("ended in \(said.split(separator: "\n").last { $0.contains(", seed ") } ?? "none of them")")
  }

  /// 2 GiB of tensors, 24 GiB of addresses, and five minutes, most of them for a machine that others use.
  static func limitProcess() {
    var limit = rlimit(rlim_cur: 24 << 30, rlim_max: 24 << 30)
    Memory.limit = 2 << 30
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    alarm(300)
  }

  /// The list is what the script makes of the sources.
  @Test func everyFunctionIsListed() throws {
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let root = own.appendingPathComponent("../../..").standardized
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weft-calls-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = Process()
    script.executableURL = root.appendingPathComponent("scripts/list-functions")
    script.arguments = [folder.path]
    try script.run()
    script.waitUntilExit()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count >= 4)
    for file in files {
      let written = try? Data(contentsOf: own.appendingPathComponent(file))
      let made = try Data(contentsOf: folder.appendingPathComponent(file))
      #expect(written == made, "run scripts/list-functions")
    }
    let names = Set(PublicCall.groups.joined().map(\.name))
    for name in [
      "Tensor.glu(axis:)", "Linear.init(_:_:bias:)", "Tensor.init(eye:_:dtype:)", "AvgPool2d.init", "SGD.init",
    ] {
      #expect(names.contains { $0.hasPrefix(name) }, "\(name)")
    }
    #expect(names.count > 700)
  }
}
