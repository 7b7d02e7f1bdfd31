/// Where a tensor's memory lies and its operations run.
public enum Device: Hashable, Sendable {
  /// The machine's memory and its processor.
  case cpu

  /// The kernels of this device. Every kernel call goes through here.
  var backend: any Backend {
    switch self {
    case .cpu: CPUBackend.shared
    }
  }
}
