import CWeft

/// What kernels look up besides their operands, in the whole process.
struct KernelSettings: Equatable {
  private let instructionSet: Int32
  private let threads: Int32
  private let isDeterministic: Bool
  private let usesWinograd: Bool

  static var current: KernelSettings {
    KernelSettings(
      instructionSet: weft_isa_current(), threads: weft_thread_count(), isDeterministic: weft_is_deterministic(),
      usesWinograd: weft_winograd_enabled())
  }
}
