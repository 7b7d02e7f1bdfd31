import CWeft

/// What this machine is and what the kernels use of it.
public struct Machine: Sendable {
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

  public var dnnlVersion: String { String(cString: weft_dnnl_version()) }
  public var dnnlInstructionSet: String { String(cString: weft_dnnl_isa()) }
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
