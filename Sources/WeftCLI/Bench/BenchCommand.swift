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
  @Option(help: "How long to measure.")
  var seconds = 8.0
  @Option(help: "The number of threads; by default what the machine grants.")
  var threads: Int?

  func validate() throws {
    if workload == nil && !list { throw ValidationError("name a workload, or --list") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 through 1024")
    }
    if !(seconds > 0 && seconds < 1e5) { throw ValidationError("--seconds takes a number above 0") }
  }

  func run() throws {
    guard let name = workload, !list else {
      return print((Workload.names + Workload.names.map { $0 + "-infer" }).joined(separator: "\n"))
    }
    if let threads { Threads.count = threads }
    Random.seed(0)
    let infers = name.hasSuffix("-infer")
    guard let workload = Workload(infers ? String(name.dropLast(6)) : name) else {
      throw CommandFailure("no workload \(name); `weft bench --list` names them")
    }
    print(Self.measure(name, infers ? workload.inferenceStep() : workload.trainingStep(), seconds: seconds))
  }

  /// The median and shortest time of a step, as a JSON line.
  private static func measure(_ name: String, _ step: () -> Double, seconds: Double) -> String {
    let clock = ContinuousClock()
    var result = 0.0
    for _ in 0..<3 { result = step() }
    var times: [Double] = []
    let start = clock.now
    while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
      times.append(clock.measure { result = step() } / .milliseconds(1))
    }
    times.sort()
    let numbers = [times[times.count / 2], times[0], result].map { String(format: "%.4f", $0) }
    return "{\"peer\": \"weft-\(weftVersion)\", \"workload\": \"\(name)\", \"median_ms\": \(numbers[0]), "
      + "\"min_ms\": \(numbers[1]), \"steps\": \(times.count), "
      + "\"peak_mb\": \(Machine.current.peakMemory >> 20), \"loss\": \(numbers[2])}"
  }
}
