import ArgumentParser
import Weft

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what Weft found on this machine and what it will use.")

  func run() {
    let machine = Machine.current
    let rows: [(String, String)] = [
      ("weft", weftVersion),
      ("processor", machine.processor),
      ("instruction sets", machine.instructionSets.joined(separator: ", ") + "; in use: \(machine.instructionSet)"),
      ("kernels", KernelBuild.isOptimized ? "optimized" : "compiled without optimization: slow"),
      ("threads", "\(Threads.count) (\(Threads.reason)\(ignored))\(sameBits)"),
      (
        "oneDNN",
        "\(machine.dnnlVersion), \(machine.dnnlInstructionSet); Winograd \(machine.usesWinograd ? "on" : "off")"
      ),
      ("bfloat16", machine.multipliesBFloat16 ? "products in hardware" : "no instructions: right, but not faster"),
      ("physical memory", gibibytes(machine.physicalMemory)),
      ("cgroup memory limit", machine.cgroupMemoryLimit.map(gibibytes) ?? "none"),
      ("tensors may hold", gibibytes(Memory.limit)),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    for (name, value) in rows {
      print(name + String(repeating: " ", count: width - name.count + 2) + value)
    }
  }

  /// A setting that does nothing is worth a word.
  private var ignored: String {
    Threads.ignoredVariable.map {
      "; WEFT_NUM_THREADS=\($0) is no number from \(Threads.allowed.lowerBound) through \(Threads.allowed.upperBound)"
    } ?? ""
  }

  private var sameBits: String { Threads.isDeterministic ? "; the same bits on any number of them" : "" }

  private func gibibytes(_ bytes: Int) -> String {
    "\((Double(bytes) / Double(1 << 30) * 10).rounded() / 10) GiB"
  }
}
