import Foundation
import FuzzTargets
import WeftTensor

/// The parser that the command line names, and what is asked of it beside what a fuzzer does.
private enum Fuzz {
  static let target: FuzzTarget? = {
    let names = CommandLine.arguments.filter { $0.hasPrefix("--parser=") }.map { $0.dropFirst("--parser=".count) }
    return FuzzTarget.all.first { $0.name == names.first ?? "" }
  }()

  /// Answers questions, and ends the process where no more is to be done.
  static func prepare() {
    // A model may ask for more than a fuzzer's process has.
    Memory.limit = 1 << 28
    if CommandLine.arguments.contains("--list") {
      for target in FuzzTarget.all { print(target.name, target.longest) }
      exit(0)
    }
    guard let target else {
      print("usage: fuzz --list | --parser=NAME [--seeds | FILE... | libFuzzer's options and folders]")
      exit(2)
    }
    guard CommandLine.arguments.contains("--seeds") else { return }
    for path in target.seeds + target.regressions { print(path) }
    exit(0)
  }

  /// Reads one file, and says how that went.
  static func look(at path: String) {
    guard let target, let bytes = FileManager.default.contents(atPath: path) else {
      return print("\(path): cannot be read")
    }
    let start = ContinuousClock.now
    let isRead = target.read(Array(bytes))
    print("\(path): \(isRead ? "read" : "refused") in \(ContinuousClock.now - start)")
  }
}

// Under libFuzzer (`scripts/fuzz`), which brings the program's `main` along; else a look at single files.
#if FUZZING
  @_cdecl("LLVMFuzzerInitialize")
  public func initialize(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
    Fuzz.prepare()
    return 0
  }

  @_cdecl("LLVMFuzzerTestOneInput")
  public func read(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    _ = Fuzz.target?.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
#else
  @main struct Program {
    static func main() {
      Fuzz.prepare()
      for path in CommandLine.arguments.dropFirst() where !path.hasPrefix("-") { Fuzz.look(at: path) }
    }
  }
#endif
