import Testing
import Weft

/// The program of the guide "Deployment".
@Test func theProgramOfTheDeploymentGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    let machine = Machine.current
    print("\(machine.processor), kernels for \(machine.instructionSet), oneDNN \(machine.dnnlVersion)")
    print("\(Threads.count) threads (\(Threads.reason)), \(Memory.limit >> 20) MiB for tensors")
    if let text = Threads.ignoredVariable { print("WEFT_NUM_THREADS=\(text) is no number of threads") }

    // How many threads suit one request of this model on this machine?
    let model = Sequential {
      Linear(256, 256); ReLU(); Linear(256, 10)
    }
    model.eval()
    let request = Tensor(ones: [1, 256])
    for threads in [1, 2] {
      Threads.count = threads
      let time = ContinuousClock().measure { for _ in 0..<100 { _ = noGrad { model(request) } } }
      print("\(threads) threads: \(time / 100) for a request")
    }
    // End.
    #expect(Threads.count == 2)
  }
}
