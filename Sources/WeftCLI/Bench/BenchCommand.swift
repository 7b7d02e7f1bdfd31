import ArgumentParser
import Foundation
import Weft

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time a step of a workload; one JSON line, as the other libraries' programs print.")

  @Argument(help: "The workload; NAME-infer is its forward pass at batch 1.")
  var workload: String?
  @Flag(help: "Name the workloads.")
  var list = false
  @Flag(help: "Measure single kernels beside what the machine can do at best.")
  var kernels = false
  @Option(help: "Measure one layer or network of any size, as linear:n=3,in=257,out=129; may be given again.")
  var `case`: [String] = []
  @Option(help: "With --kernels: those with this text in their names.")
  var only: String?
  @Flag(help: "With --kernels: JSON lines instead of a table.")
  var json = false
  @Option(help: "How long to measure; 8 for a workload, less for a kernel or a case.")
  var seconds: Double?
  @Option(help: "The number of threads; by default what the machine grants.")
  var threads: Int?
  @Option(help: "float32 or bfloat16.")
  var precision = Precision.float32
  @Flag(help: "With NAME-infer: the model frozen for its input.")
  var frozen = false
  @Flag(help: "With NAME: the training step recorded and replayed.")
  var recorded = false
  @Option(help: "Instead of timing, print the losses of so many steps from fixed weights and data.")
  var losses: Int?
  @OptionGroup var profile: ProfileOption

  func validate() throws {
    let kinds = [workload != nil, list, kernels, !`case`.isEmpty].filter { $0 }.count
    if kinds != 1 { throw ValidationError("name a workload, or --list, --kernels or --case") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 through 1024")
    }
    if let seconds, !(seconds > 0 && seconds < 1e5) { throw ValidationError("--seconds takes a number above 0") }
    if frozen && workload?.hasSuffix("-infer") != true { throw ValidationError("--frozen goes with NAME-infer") }
    if recorded && (workload == nil || workload?.hasSuffix("-infer") == true) {
      throw ValidationError("--recorded goes with NAME")
    }
    if losses != nil && workload == nil { throw ValidationError("--losses goes with a workload") }
    if (only != nil || json) && !kernels { throw ValidationError("--only and --json go with --kernels") }
    if precision != .float32 && (kernels || list) {
      throw ValidationError("--precision goes with a workload or --case")
    }
    if profile.file?.isEmpty == false && `case`.count > 1 {
      throw ValidationError("--profile FILE goes with a single --case")
    }
    if let losses, !(1...1_000_000).contains(losses) {
      throw ValidationError("--losses takes a number from 1 through 1000000")
    }
  }

  func run() throws {
    if list { return print((Workload.names + Workload.names.map { $0 + "-infer" }).joined(separator: "\n")) }
    if let threads { Threads.count = threads }
    Random.seed(0)
    if kernels { return try profile.run { try KernelReport(seconds: seconds ?? 0.3, only: only).print(asJSON: json) } }
    for text in `case` {
      var benchCase = try BenchCase(text)
      benchCase.precision = precision
      try measure(benchCase)
    }
    if let workload { try measure(workload) }
  }

  private func measure(_ name: String) throws {
    let infers = name.hasSuffix("-infer")
    guard var workload = Workload(infers ? String(name.dropLast(6)) : name) else {
      let known = Workload.names + Workload.names.map { $0 + "-infer" }
      throw CommandFailure("no workload \(name); `weft bench --list` names them" + suggestion(for: name, among: known))
    }
    workload.precision = precision
    complain("parameters \(workload.model.parameterCount)")
    if let losses {
      workload.setFixedNumbers()
      return try printLosses(try step(of: workload, infers: infers), losses)
    }
    let step = try step(of: workload, infers: infers)
    var result = try step()
    complain("first loss \(NumberText.fixed(result, 4))")
    for _ in 0..<(recorded ? 4 : 2) { result = try step() }
    let timing = try Timing(seconds: seconds ?? 8) { result = try step() }
    print(
      "{\"peer\": \"\(peer)\", \"workload\": \"\(name)\", \(timing.json), \"loss\": \(NumberText.fixed(result, 4))}")
    guard profile.file != nil else { return }
    // Timed without a profiler, whose own time would be in it.
    try profile.run { for _ in 0..<min(timing.steps, 100) { result = try step() } }
  }

  private func step(of workload: Workload, infers: Bool) throws -> () throws -> Double {
    if frozen { return try workload.frozenStep() }
    if recorded { return workload.recordedStep() }
    return infers ? workload.inferenceStep() : workload.trainingStep()
  }

  private func measure(_ benchCase: BenchCase) throws {
    let step = try benchCase.step()
    for _ in 0..<3 { step() }
    let timing = Timing(seconds: seconds ?? 1) { step() }
    print("{\"peer\": \"\(peer)\", \"case\": \"\(benchCase.name)\", \(timing.json)}")
    guard profile.file != nil else { return }
    try profile.run { for _ in 0..<min(timing.steps, 100) { step() } }
  }

  private var peer: String { "weft-\(weftVersion)" + (precision == .float32 ? "" : "-\(precision.rawValue)") }

  private func printLosses(_ step: () throws -> Double, _ count: Int) throws {
    let losses = try (0..<count).map { _ in NumberText.fixed(try step(), 7) }
    print("{\"peer\": \"\(peer)\", \"losses\": [\(losses.joined(separator: ", "))]}")
  }

  private func complain(_ line: String) { ProgressOutput.standardError.write("\(line)\n") }
}
