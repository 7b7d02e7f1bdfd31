import CWeft

/// What this machine is and what the kernels use of it.
public struct Machine: Sendable {
  /// The machine that this process runs on.
  public static var current: Machine { Machine() }

  /// The processor's name as the system reports it.
  public var processor: String { String(cString: weft_cpu_name()) }

  /// The instruction sets the tile engine has kernels for, weakest first.
  public var instructionSets: [String] {
    var names: [String] = []
    while let name = weft_isa_name(Int32(names.count)) { names.append(String(cString: name)) }
    return names
  }

  /// The one in use.
  public var instructionSet: String { weft_isa_name(weft_isa_current()).map { String(cString: $0) } ?? "unknown" }

  /// The version of oneDNN that was found at run time, as "2.6.3".
  public var dnnlVersion: String { String(cString: weft_dnnl_version()) }
  /// The instruction set that oneDNN found, by its own name.
  public var dnnlInstructionSet: String { String(cString: weft_dnnl_isa()) }
  /// Whether 3x3 convolutions run by Winograd's algorithm where they can.
  public var usesWinograd: Bool { Winograd.isEnabled }
  /// Whether the processor has products of bfloat16, and they are in use; elsewhere such products are made in float32.
  public var multipliesBFloat16: Bool { weft_cpu_has_bfloat16() }

  /// Physical memory in bytes.
  public var physicalMemory: Int { Int(weft_memory_physical()) }

  /// The cgroup's limit in bytes, where there is one.
  public var cgroupMemoryLimit: Int? {
    let limit = weft_memory_cgroup_limit()
    return limit < 0 ? nil : Int(limit)
  }

  /// The most memory the process has held, in bytes.
  public var peakMemory: Int { Int(weft_memory_peak()) }
}
