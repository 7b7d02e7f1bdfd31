import Foundation
import Testing
import Weft

/// Every public function of tensors and every layer with hostile arguments: sizes at the ends of integers, NaN, empty
/// tensors, ranks and types that do not fit. Each gives a result or a `TensorError`, within memory and time.
@Suite("Public functions with hostile arguments", .serialized)
struct PublicCallTests {
  /// Ten times as many where WEFT_LONG is set.
  static let seeds: Range<UInt64> = 0..<(isLong ? 120 : 12)
  private static let isLong = !(ProcessInfo.processInfo.environment["WEFT_LONG"] ?? "").isEmpty

  @Test(arguments: PublicCall.groups.indices) func everyCallGivesAResultOrAnError(_ group: Int) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("weft-calls-\(UUID())")
    #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: file) }
    let result = await #expect(processExitsWith: .success) { [group, path = file.path as String] in
      PublicCallTests.limitProcess()
      let calls = try #require(FileHandle(forWritingAtPath: path))
      for call in PublicCall.groups[group] {
        for seed in PublicCallTests.seeds {
          try calls.write(contentsOf: Data("\(call.name), seed \(seed)\n".utf8))
          let problem = call.problem(seed: seed)
          #expect(problem == nil, "\(call.name), seed \(seed)")
        }
      }
    }
    // A process that ended otherwise gives no result: its last call is in the file.
    guard result == nil else { return }
    let calls = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    Issue.record("ended in \(calls.last ?? "none of them")")
  }

  /// 2 GiB of tensors, 24 GiB of addresses, and two minutes of processor time, ten times as many for as many seeds; the
  /// time of the clock is only for a call that waits for what never comes.
  static func limitProcess() {
    Memory.limit = 2 << 30
    let seconds: UInt = isLong ? 1200 : 120
    for (resource, most) in [(RLIMIT_AS, 24 << 30), (RLIMIT_CPU, seconds)] {
      var limit = rlimit(rlim_cur: most, rlim_max: most)
      setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
    alarm(UInt32(10 * seconds))
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
    let listed = try FileManager.default.contentsOfDirectory(atPath: own.path).filter { name in
      name == "CallParts.swift" || name.wholeMatch(of: /Calls[0-9]+\.swift/) != nil
    }
    #expect(Set(files) == Set(listed), "run scripts/list-functions, and remove what it no longer writes")
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
    #expect(names.count > 650)
  }
}
