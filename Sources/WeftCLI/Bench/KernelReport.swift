import Weft

/// Measures kernels beside what the machine can do at best: the arithmetic of a loop of multiplications and additions, and
/// the bytes of a copy as large as the kernel's tensors.
struct KernelReport {
  /// For each kernel.
  let seconds: Double
  /// A part of the names of those to be measured.
  let only: String?

  func print(asJSON: Bool) throws {
    let chosen = Kernel.all.filter { kernel in only.map { kernel.name.contains($0) } ?? true }
    if let only, chosen.isEmpty {
      throw CommandFailure("no kernel has '\(only)' in its name" + suggestion(for: only, among: Kernel.all.map(\.name)))
    }
    let peaks = [DType.float32, .bfloat16].map { ($0, MachinePeak.arithmetic($0, seconds: 0.3)) }
    let arithmetic = Dictionary(uniqueKeysWithValues: peaks)
    if !asJSON { describe(arithmetic) }
    var table = TextTable(
      ["kernel", "size", "ms", "GFLOP/s", "GB/s", "copy GB/s", "bound by", "of the bound"], leftColumns: 2)
    for kernel in chosen {
      let result = try measure(kernel, arithmetic[kernel.dtype] ?? 0)
      if asJSON { Swift.print(result.json(kernel)) } else { table.add(result.row(kernel)) }
      Memory.trim()
    }
    if !asJSON { Swift.print(table.lines.joined(separator: "\n")) }
  }

  private func describe(_ arithmetic: [DType: Double]) {
    let machine = Machine.current
    let memory = MachinePeak.copying(1 << 28, seconds: 0.3)
    Swift.print("\(machine.processor); \(Threads.count) threads; \(machine.instructionSet)")
    for dtype in [DType.float32, .bfloat16] {
      guard let peak = arithmetic[dtype], peak > 0 else { continue }
      Swift.print("multiplying and adding \(dtype): \(NumberText.threeDigits(peak / 1e9)) GFLOP/s")
    }
    Swift.print("copying memory: \(NumberText.threeDigits(memory / 1e9)) GB/s, read and written\n")
  }

  private func measure(_ kernel: Kernel, _ arithmetic: Double) throws -> KernelResult {
    let step = try withTensorErrors { try kernel.prepare() }
    for _ in 0..<3 { step() }
    let milliseconds = Timing(seconds: seconds, step).median
    let copying = MachinePeak.copying(max(1 << 12, Int(kernel.bytes)), seconds: 0.05)
    return KernelResult(
      milliseconds: milliseconds, copying: copying,
      forArithmetic: arithmetic > 0 ? kernel.operations / arithmetic * 1e3 : 0,
      forMemory: copying > 0 ? kernel.bytes / copying * 1e3 : 0)
  }
}

/// What a kernel took, and what it would take at the machine's best, in milliseconds.
struct KernelResult {
  let milliseconds: Double
  /// Bytes a second.
  let copying: Double
  let forArithmetic: Double
  let forMemory: Double

  private var bound: String { forArithmetic > forMemory ? "arithmetic" : "memory" }
  private var share: Double { 100 * max(forArithmetic, forMemory) / milliseconds }

  func row(_ kernel: Kernel) -> [String] {
    [
      kernel.name, kernel.size, NumberText.fixed(milliseconds, 3),
      kernel.operations > 0 ? NumberText.threeDigits(kernel.operations / milliseconds / 1e6) : "",
      NumberText.threeDigits(kernel.bytes / milliseconds / 1e6), NumberText.threeDigits(copying / 1e9), bound,
      NumberText.fixed(share, 0) + "%",
    ]
  }

  func json(_ kernel: Kernel) -> String {
    let numbers = [
      ("median_ms", milliseconds), ("gflops", kernel.operations / milliseconds / 1e6),
      ("gbs", kernel.bytes / milliseconds / 1e6), ("copy_gbs", copying / 1e9), ("percent_of_bound", share),
    ].map { "\"\($0)\": \(NumberText.fixed($1, 4))" }
    return "{\"kernel\": \"\(kernel.name)\", \"size\": \"\(kernel.size)\", \(numbers.joined(separator: ", ")), "
      + "\"bound\": \"\(bound)\"}"
  }
}
