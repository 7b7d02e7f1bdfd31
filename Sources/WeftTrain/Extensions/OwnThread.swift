import Glibc
import WeftTensor

/// A probe for the thread that trains, which alone knows it: a task that a forward pass starts is not looked at.
private struct OwnThread: @unchecked Sendable {
  // Unchecked: another thread reads no more than whether it is another.
  weak var probe: HealthProbe?
  let thread = UInt(pthread_self())
}

extension HealthProbe {
  /// What a step tells of its operations, for as long as the probe is there.
  var ownLook: Onlooker.Look {
    let own = OwnThread(probe: self)
    return { operation, path, result in
      guard UInt(pthread_self()) == own.thread else { return }
      own.probe?.look(at: operation, in: path, result)
    }
  }
}
