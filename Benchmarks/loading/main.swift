import Foundation
import Weft

// How long a large file of weights takes: mapped, and copied into a model, beside a copy of as many bytes in memory.
//
// usage: loading [FILE] [--gib N]
//
// FILE is written where it is not there, with weights of a model of so many GiB (1), and read once before anything is
// timed: what a disk takes is not looked at. What was written is removed in the end.

func option(_ name: String) -> String? {
  CommandLine.arguments.firstIndex(of: name).flatMap {
    $0 + 1 < CommandLine.arguments.count ? CommandLine.arguments[$0 + 1] : nil
  }
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("loading: \(message)\n".utf8))
  exit(1)
}

/// The least and the median of several times, in milliseconds.
func milliseconds(_ rounds: Int, _ body: () throws -> Void) rethrows -> (least: Double, median: Double) {
  var times: [Double] = []
  for _ in 0..<rounds {
    let start = ContinuousClock.now
    try body()
    let spent = (ContinuousClock.now - start).components
    times.append(Double(spent.seconds) * 1e3 + Double(spent.attoseconds) * 1e-15)
  }
  times.sort()
  return (times[0], times[times.count / 2])
}

func shown(_ name: String, _ time: (least: Double, median: Double), bytes: Int? = nil) {
  let speed = bytes.map { String(format: ", %.2f GB/s", Double($0) / time.least / 1e6) } ?? ""
  print(name, String(format: "%.2f ms (median %.2f)", time.least, time.median) + speed)
}

/// Loads a file into a model in turn with a copy of as many bytes.
func compareWithCopies(of bytes: Int, _ model: Module, _ path: String, _ rounds: Int) throws {
  let source = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
  let target = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
  defer { [source, target].forEach { $0.deallocate() } }
  source.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
  target.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  var (copies, loads): ([Double], [Double]) = ([], [])
  for _ in 0..<rounds {
    copies.append(milliseconds(1) { target.copyMemory(from: source, byteCount: bytes) }.least)
    loads.append(try milliseconds(1) { try model.load(from: path) }.least)
  }
  (copies, loads) = (copies.sorted(), loads.sorted())
  shown("copied in memory, one thread:", (copies[0], copies[rounds / 2]), bytes: bytes)
  shown("loaded into a model:", (loads[0], loads[rounds / 2]), bytes: bytes)
  let share = (copies[0] / loads[0], copies[rounds / 2] / loads[rounds / 2])
  print(String(format: "of a copy's speed: %.2f (of medians %.2f)", share.0, share.1))
}

func measure() throws {
  let gib = Double(option("--gib") ?? "1") ?? .nan
  guard gib > 0, gib <= 1024 else { fail("--gib takes a number above 0, of at most 1024") }
  let names = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") && $0 != option("--gib") }
  let path = names.first ?? NSTemporaryDirectory() + "weft-loading.safetensors"
  // 16 MiB each: Linear(2048, 2048) of float32.
  let model = Sequential((0..<max(1, Int(gib * 64))).map { _ in Linear(2048, 2048, bias: false) })
  let isOwn = !FileManager.default.fileExists(atPath: path)
  if isOwn { try model.save(to: path) }
  defer { if isOwn { try? FileManager.default.removeItem(atPath: path) } }
  let bytes = model.parameters().reduce(0) { $0 + 4 * $1.tensor.elementCount }
  print(path, bytes, "bytes of weights in", model.parameters().count, "tensors")

  let rounds = 7
  var total = 0.0
  // The first look brings the file into memory.
  for entry in try TensorFile(path).tensors() { total += entry.tensor.sum().item(as: Double.self) }
  shown(
    "mapped, all names and shapes read:",
    try milliseconds(rounds) { total += Double(try TensorFile(path).entries.count) })
  shown(
    "mapped, with a tensor for each:",
    try milliseconds(rounds) { total += Double(try TensorFile(path).tensors().count) })

  try compareWithCopies(of: bytes, model, path, rounds)
  if total.isNaN { print("the weights are no numbers") }
}

try measure()
