extension Device {
  /// The kernels of this device. Every kernel call goes through here; which device it is, the tensors say.
  var backend: any Backend {
    switch self {
    case .cpu: CPUBackend.shared
    }
  }
}

extension Tensor {
  /// The kernels of the device that holds its elements.
  var backend: any Backend { device.backend }
}

extension [Tensor] {
  /// The kernels for an operation on these: those of the first's device; the processor's where there is none.
  var backend: any Backend { (first?.device ?? .cpu).backend }
}
